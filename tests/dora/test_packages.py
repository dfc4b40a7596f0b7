"""Packages: what came is kept, what is filed is right, the same content makes the same bytes."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from risk.dora.lint import Weight, lint
from risk.dora.packages import (
    FOOT_NOTES,
    INDICATORS,
    PARAMETERS,
    FilingFacts,
    as_it_came,
    filed,
    named_facts,
    package_name,
    plain_tables,
    read_register,
    register_of_files,
    with_changes,
    zip_of,
)
from risk.dora.schema import TABLES, file_of
from risk.dora.tables import Change
from risk.inventory.limits import LIMITS
from risk.inventory.refusals import FileRefused
from tests.dora.samples import (
    NAME,
    TODAY,
    places,
    sample,
    sample_files,
    with_cells,
    with_files,
    with_text,
)

MADE = datetime(2026, 3, 15, 10, 15, 0, tzinfo=UTC)


def test_the_sample_comes_out_of_its_zip_byte_for_byte():
    data = zip_of(sample_files())
    register = read_register(data, file_name=f"{NAME}.zip", limits=LIMITS)
    assert as_it_came(register) == sample_files()
    assert zip_of(as_it_came(register)) == zip_of(dict(as_it_came(register)))


def test_what_is_filed_unchanged_has_the_same_bytes_in_each_file():
    package = filed(sample(), sample().facts, made_at=MADE)
    assert package.name == NAME
    assert {f"{NAME}/{path}": data for path, data in package.files.items()} == sample_files()
    assert package.left_out == ()


def test_the_same_register_makes_the_same_zip():
    first, second = (filed(sample(), sample().facts, made_at=MADE).zipped() for _ in range(2))
    assert first == second
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert len(names) == 4 + len(TABLES)
    assert all(name.startswith(f"{NAME}/") for name in names)


def test_a_changed_cell_changes_one_file():
    old = filed(sample(), sample().facts, made_at=MADE).files
    new = filed(with_cells({("B_02.02", 4, "c0100"): "61"}), sample().facts, made_at=MADE).files
    different = {path for path in old if old[path] != new[path]}
    assert different == {"reports/b_02.02.csv"}
    path = "reports/b_02.02.csv"
    assert new[path] == old[path].replace(b"2027-03-14,,60,", b"2027-03-14,,61,")


def test_a_name_says_who_files_what_for_which_day():
    facts = FilingFacts(lei="A" * 18 + "12", scope="IND", country="LU", day=date(2025, 12, 31))
    name = package_name(facts, datetime(2026, 2, 1, 9, 5, 3, 42_000, tzinfo=UTC))
    assert name == f"{'A' * 18}12.IND_LU_DORA010100_DORA_2025-12-31_20260201090503042"
    read = named_facts(f"{name}.zip")
    assert read is not None
    assert (read.lei, read.scope, read.country, read.day) == (
        facts.lei,
        "IND",
        "LU",
        date(2025, 12, 31),
    )
    assert named_facts("register.zip") is None
    assert named_facts(name.replace("2025-12-31", "2025-02-30")) is None


def test_facts_come_from_the_tables_where_nothing_else_says_them():
    plain = register_of_files(plain_tables(sample()), file_name="register.zip")
    facts = plain.facts
    assert not plain.is_package
    assert (facts.lei, facts.country, facts.day) == (
        "ZZZZ00EXAMPLEBANK116",
        "DE",
        date(2025, 12, 31),
    )
    assert facts.missing == ("consolidated or individual",)


def test_plain_tables_are_kept_and_filed_as_a_package():
    plain = register_of_files(plain_tables(sample()), file_name="register.zip")
    assert as_it_came(plain) == plain_tables(sample())
    facts = sample().facts
    assert filed(plain, facts, made_at=MADE).files == filed(sample(), facts, made_at=MADE).files


def test_another_folder_around_it_is_kept_and_not_filed():
    files = {
        path.replace(NAME, "download/My Register"): data for path, data in sample_files().items()
    }
    register = register_of_files(files, file_name="My Register.zip")
    assert register.folder == "download/My Register"
    assert as_it_came(register) == files
    facts = register.facts
    assert (facts.lei, facts.scope, facts.country) == ("ZZZZ00EXAMPLEBANK116", "CON", "DE")
    package = filed(register, facts, made_at=MADE)
    assert package.name == NAME
    assert package.left_out == ()


def test_what_does_not_belong_is_left_out_with_a_sentence_and_kept():
    def edit(inside: dict[str, bytes]) -> None:
        inside["reports/notes.txt"] = b"mine"
        inside["../readme.txt"] = b"mine too"
        inside["reports/B_02.01.csv"] = b"c0010\r\nsecond"
        inside["reports/b_03.01.csv"] = b"c0010,own,c0020,c0030\r\n" + (
            b"CA-2023-001,x,ZZZZ00EXAMPLEBANK116,true\r\n"
        )

    register = with_files(edit)
    package = filed(register, sample().facts, made_at=MADE)
    assert len(package.left_out) == 4
    for named in ("notes.txt", "readme.txt", "B_02.01.csv", "own"):
        assert any(named in said for said in package.left_out)
    assert b"own" not in package.files["reports/b_03.01.csv"]
    assert package.files["reports/b_02.01.csv"] == sample().table("B_02.01").source
    kept = as_it_came(register)
    assert kept[f"{NAME}/reports/B_02.01.csv"] == b"c0010\r\nsecond"
    assert kept["readme.txt"] == b"mine too"
    assert b"own" in kept[f"{NAME}/reports/b_03.01.csv"]


def test_foot_notes_belong():
    register = with_files(lambda inside: inside.update({FOOT_NOTES: b"a,b\r\n"}))
    package = filed(register, sample().facts, made_at=MADE)
    assert package.files[FOOT_NOTES] == b"a,b\r\n"
    assert not lint(register, register.facts, today=TODAY, as_package=True)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("c0010", "C0010", 1),
        lambda text: text.replace("c0010,c0020", "0010, c0020", 1),
        lambda text: text.replace("\r\n", "\n"),
        lambda text: "\r\n" + text,
        lambda text: text.replace("\r\n", ",\r\n"),
    ],
)
def test_what_is_filed_has_no_error_of_its_own(edit):
    register = with_text("B_03.01", edit)
    package = filed(register, register.facts, made_at=MADE)
    back = read_register(package.zipped(), file_name=f"{package.name}.zip", limits=LIMITS)
    assert places(lint(back, back.facts, today=TODAY, as_package=True), Weight.ERROR) == set()
    assert back.table("B_03.01").values("c0020") == sample().table("B_03.01").values("c0020")


def test_a_table_that_is_empty_or_absent_is_filed_as_its_header():
    def edit(inside: dict[str, bytes]) -> None:
        inside["reports/b_99.01.csv"] = b""
        del inside["reports/b_02.03.csv"]

    package = filed(with_files(edit), sample().facts, made_at=MADE)
    assert package.files["reports/b_02.03.csv"] == b"c0010,c0020,c0030\r\n"
    assert package.files["reports/b_99.01.csv"].startswith(b"c0010,")


def test_parameters_in_another_order_keep_their_bytes():
    def edit(inside: dict[str, bytes]) -> None:
        first, *rest = inside[PARAMETERS].splitlines(keepends=True)
        inside[PARAMETERS] = first + b"".join(reversed(rest))

    register = with_files(edit)
    package = filed(register, sample().facts, made_at=MADE)
    assert package.files[PARAMETERS] == register.parts[PARAMETERS]
    # Whoever files another thing gets other parameters.
    other = FilingFacts(lei="A" * 18 + "12", scope="IND", country="LU", day=date(2025, 12, 31))
    assert b"IND" in filed(register, other, made_at=MADE).files[PARAMETERS]


def test_indicators_that_say_false_are_written_anew():
    register = with_files(
        lambda inside: inside.update({INDICATORS: inside[INDICATORS].replace(b"true", b"false")})
    )
    package = filed(register, sample().facts, made_at=MADE)
    assert package.files[INDICATORS] == sample().parts[INDICATORS]


def test_data_points_are_refused_in_a_sentence():
    with pytest.raises(FileRefused) as refused:
        register_of_files(
            {"reports/b_02.01.csv": b"datapoint,factValue\r\ndp1,2\r\n"}, file_name="x.zip"
        )
    assert "datapoint" in str(refused.value)
    with pytest.raises(FileRefused):
        register_of_files({"readme.txt": b"x"}, file_name="x.zip")


def test_a_change_of_one_table_leaves_the_others_as_the_same_objects():
    changes = [Change(table="B_02.01", row=0, column="c0050", value="1")]
    one = with_changes(sample(), changes)
    same = {name for name in TABLES if one.table(name) is sample().table(name)}
    assert same == set(TABLES) - {"B_02.01"}
    assert file_of("B_02.01") == "b_02.01.csv"
