"""A file whose headers came before is read as it was then; undo says why something stays."""

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import, undo_batch
from db.services.mappings import header_set, remembered_mapping
from tests.db.inventories import ACME, publish

FILE = b"Mandant;Werkzeug;Betrag\nAsh;OpenAI;5\n"
MAPPING = {"Mandant": "startup", "Werkzeug": "provider", "Betrag": None}


def publish_file(store: Store, data: bytes, mapping: dict[str, str | None]):
    return publish_import(
        store,
        LOCAL_OWNER,
        data=data,
        file_name="tools.csv",
        portfolio="Fund",
        mapping=mapping,
        assume={"complete_for": "nothing"},
    )


def test_a_mapping_is_remembered_with_its_headers_in_any_order_and_spelling(store: Store):
    assert remembered_mapping(store, LOCAL_OWNER, ["Mandant", "Werkzeug", "Betrag"]) is None
    batch = publish_file(store, FILE, MAPPING).batch
    found = remembered_mapping(store, LOCAL_OWNER, ["betrag", "WERKZEUG", " Mandant"])
    assert found is not None
    assert (found.mapping, found.batch, found.file_name) == (MAPPING, batch, "tools.csv")
    assert remembered_mapping(store, LOCAL_OWNER, ["Mandant", "Werkzeug"]) is None


def test_one_company_for_all_records_is_remembered_too(store: Store):
    publish_file(store, b"Tool\nOpenAI\n", {"Tool": "provider", "=startup": "Ash"})
    found = remembered_mapping(store, LOCAL_OWNER, ["Tool"])
    assert found is not None
    assert found.mapping == {"Tool": "provider", "=startup": "Ash"}


def test_the_newest_import_in_force_is_remembered_before_one_that_was_undone(store: Store):
    first = publish_file(store, FILE, MAPPING).batch
    second = publish_file(store, FILE, MAPPING | {"Betrag": "spend_usd"}).batch
    newest = remembered_mapping(store, LOCAL_OWNER, MAPPING)
    assert newest is not None
    assert newest.batch == second
    undo_batch(store, LOCAL_OWNER, second)
    in_force = remembered_mapping(store, LOCAL_OWNER, MAPPING)
    assert in_force is not None
    assert (in_force.batch, in_force.mapping) == (first, MAPPING)
    undo_batch(store, LOCAL_OWNER, first)
    assert remembered_mapping(store, LOCAL_OWNER, MAPPING) is not None


def test_a_reject_file_is_read_as_the_file_it_came_from_and_the_other_way_round(store: Store):
    assert header_set(["line", "code", "reason", *MAPPING]) == header_set(MAPPING)
    rejects = b"line;code;reason;Mandant;Werkzeug;Betrag\n2;bad_number;x;Ash;OpenAI;5\n"
    publish_file(store, rejects, MAPPING)
    found = remembered_mapping(store, LOCAL_OWNER, MAPPING)
    assert found is not None
    assert found.mapping == MAPPING


def test_undo_says_why_each_row_is_kept(store: Store):
    first = publish(store, ACME | {"spend_usd": "1"}, ACME | {"use_case": "b", "spend_usd": "9"})
    publish(store, ACME | {"spend_usd": "2"})
    result = undo_batch(store, LOCAL_OWNER, first.batch)
    assert len(result.kept_because) == result.kept == 3
    assert set(result.kept_because) == {"a later import speaks of it too"}
