"""Many registers read: packages, archives and folders of them, stacked tables, spoilt ones."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from risk.dora.oversight import Level, oversee
from risk.dora.packages import read_register
from risk.dora.stack_files import read_files
from risk.dora.stacked import Stacked, stacked
from risk.inventory.limits import LIMITS
from risk.inventory.refusals import FileRefused
from tests.dora.registers import lei, stacked_tables
from tests.dora.test_oversight import THREE

SAMPLE = Path(__file__).parent / "sample"
PACKAGES = [one.package() for one in THREE]


def told(stack: Stacked) -> list[tuple[str, str, float]]:
    """Cells of the oversight in words, enough to tell two stacks apart."""
    found = oversee(stack, level=Level.PERSON)
    assets = found.totals.assets.tolist()
    cells = [
        (str(stack.providers.code[who]), str(category), *(one.sure[at] for one in reach))
        for at, (who, category) in enumerate(zip(found.provider, found.category, strict=True))
        for reach in (found.reach.values(),)
    ]
    return [*cells, *assets]


EXPECTED = told(stacked(read_files(PACKAGES)))


def archive(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return target.getvalue()


def as_parquet(tables: dict[str, bytes]) -> dict[str, bytes]:
    made = {}
    for name, data in tables.items():
        if name.startswith("b_"):
            rows = pa_csv.read_csv(pa.BufferReader(data))
            target = io.BytesIO()
            pq.write_table(rows, target)
            made[name.replace(".csv", ".parquet")] = target.getvalue()
    return made


@pytest.mark.parametrize(
    "files",
    [
        [("all.zip", archive(dict(PACKAGES)))],
        [("deep.zip", archive({"inner.zip": archive(dict(PACKAGES))}))],
        [
            (f"registers/{one.name}/{path}", data)
            for one in THREE
            for path, data in one.files().items()
        ],
        [*stacked_tables(THREE).items()],
        [("stack.zip", archive(stacked_tables(THREE)))],
        [
            (name, data.replace(b",", b";").replace(b"register", b"LEI"))
            for name, data in stacked_tables(THREE).items()
            if name.startswith("b_")
        ],
        [read_register(data, file_name=name, limits=LIMITS) for name, data in PACKAGES],
    ],
    ids=["zip", "zip of zips", "folders", "stack", "zipped stack", "semicolons", "registers"],
)
def test_every_way_to_bring_the_same_registers_is_the_same_stack(files: list):
    assert told(stacked(read_files(files))) == EXPECTED


def test_parquet_is_read_as_csv_is():
    found = stacked(read_files(as_parquet(stacked_tables(THREE)).items()))
    assert told(found) == EXPECTED


def test_the_sample_package_in_its_folder():
    files = [
        (str(path.relative_to(SAMPLE)), path.read_bytes())
        for path in SAMPLE.rglob("*")
        if path.is_file()
    ]
    found = read_files(files)
    (register,) = found.registers
    assert (register.filer, register.scope, register.currency) == (
        "ZZZZ00EXAMPLEBANK116",
        "CON",
        "EUR",
    )
    assert found.tables["B_02.02"].num_rows == 9
    assert found.left_out == ()


def test_a_package_that_came_twice_is_counted_once():
    found = read_files([*PACKAGES, PACKAGES[0]])
    assert len(found.registers) == 3
    assert found.repeated == 1


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data[:200], "damaged"),
        (lambda data: archive({"readme.txt": b"hello"}), "no table"),
        (lambda data: archive({"b_02.02.csv": b"c0010,c0020\nA,B,C\n"}), "more or fewer cells"),
        (lambda data: archive({"b_02.02.csv": b"datapoint,factValue\n1,2\n"}), "data points"),
        (lambda data: archive({"b_02.02.csv": b"Contract,Entity\n1,2\n"}), "codes"),
        (lambda data: archive({"b_05.01.csv": b"c0010\nX\n"}), "neither entities"),
    ],
)
def test_a_spoilt_register_is_left_out_with_a_sentence(spoil, says: str):
    spoilt = ("spoilt.zip", spoil(PACKAGES[0][1]))
    found = read_files([spoilt, *PACKAGES])
    assert len(found.registers) == 3
    (left_out,) = found.left_out
    assert left_out.name == "spoilt.zip"
    assert says in left_out.why
    with pytest.raises(FileRefused, match=says):
        read_files([spoilt])


def test_archives_in_archives_hold_no_more_than_one_may():
    # Each of three packages is small; what is left over when two were unpacked is not counted.
    sizes = [sum(len(one) for one in files.files().values()) for files in THREE]
    packed = sum(len(data) for _, data in PACKAGES)
    limits = replace(LIMITS, unpacked_bytes=packed + sizes[0] + sizes[1])
    found = read_files([("all.zip", archive(dict(PACKAGES)))], limits=limits)
    assert len(found.registers) == 2
    assert "Send fewer" in found.left_out[0].why


def test_one_spoilt_row_of_a_stack_leaves_its_register_out():
    tables = stacked_tables(THREE)
    name = THREE[1].name.encode()
    tables["b_02.02.csv"] += name + b",one,cell,too,few\n"
    found = read_files(tables.items())
    assert [one.filer for one in found.registers] == [lei("alpha"), lei("gamma")]
    assert [one.name for one in found.left_out] == [THREE[1].name]
    assert told(stacked(found)) == told(stacked(read_files([PACKAGES[0], PACKAGES[2]])))


def test_a_stack_without_a_name_of_registers_is_one_register():
    files = {name: data for name, data in THREE[0].files().items() if "parameters" not in name}
    (register,) = read_files(files.items()).registers
    assert register.filer == lei("alpha")


def test_codes_without_prefix_and_first_numbers_of_functions_are_understood():
    one = THREE[0]
    named = [replace(use, function=f"F{at}") for at, use in enumerate(one.uses)]
    one = replace(one, uses=named)
    files = one.files()
    old = files["reports/b_06.01.csv"]
    header = b"c0010,c0020,c0030,c0040,c0060,c0070,c0080,c0090,c0100,c0110"
    files["reports/b_06.01.csv"] = header + old[old.index(b"\r\n") :].replace(b"eba_BT:", b"")
    files["reports/b_02.02.csv"] = files["reports/b_02.02.csv"].replace(b"eba_TA:", b"")
    found = stacked(read_files([*files.items()]))
    plain = stacked(read_files([one.package()]))
    assert found.uses.critical.tolist() == plain.uses.critical.tolist()
    assert found.uses.service.tolist() == plain.uses.service.tolist()


def test_registers_of_any_name_are_told_apart():
    twins = [replace(THREE[0], made=f"2026031510150000{at}") for at in (1, 2)]
    changed = replace(twins[1], uses=twins[1].uses[:1])
    found = stacked(read_files([twins[0].package(), changed.package()]))
    # Of two packages of one filer for one day the later name speaks.
    assert len(found.uses) == 1


def test_nothing_at_all_is_refused():
    with pytest.raises(FileRefused, match="No register"):
        read_files([])
