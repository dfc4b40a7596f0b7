"""Any byte of a good file may be another, or missing: the reading ends in a result all the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.inventory.refusals import (
    CELL_CODES,
    CONFIRM_CODES,
    FILE_CODES,
    RECORD_CODES,
    WARNING_CODES,
)
from tests.inventory.formats.files import HEADER, archive, workbook
from tests.inventory.formats.test_registers import (
    FIRM,
    SERVICES,
    document,
    register,
    third_parties,
)
from tests.inventory.reading import codes, read

GOOD = {
    "a workbook": workbook(HEADER, ("Acme", "OpenAI", 12.5, None), ("Borealis", "=1+1", 1, None)),
    "third parties": third_parties(),
    "a register": register(),
    "a document": document(services=SERVICES),
    "an archive": archive({"inventory.csv": "startup,provider\nAcme,OpenAI\n"}),
}
KNOWN = FILE_CODES | RECORD_CODES | CELL_CODES | CONFIRM_CODES | WARNING_CODES


@given(st.data())
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("what", GOOD)
def test_a_damaged_file_ends_in_a_result(what: str, data: st.DataObject) -> None:
    damaged = bytearray(GOOD[what])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        kind = data.draw(st.sampled_from(("change", "cut", "remove", "repeat")))
        if kind == "change" and damaged:
            damaged[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del damaged[place:]
        elif kind == "remove":
            del damaged[place : place + data.draw(st.integers(1, 50))]
        else:
            damaged[place:place] = damaged[place : place + 50]
    result = read(bytes(damaged), mapping=FIRM)
    assert result.records == result.accepted + result.rejected + result.duplicate
    assert codes(result) <= KNOWN
