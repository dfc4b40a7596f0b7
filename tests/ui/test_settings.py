import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def test_errors_and_usage_are_told_to_nobody(settings: dict[str, Any]) -> None:
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False


def test_the_server_is_closed_by_default(settings: dict[str, Any]) -> None:
    server = settings["server"]
    assert server["address"] == "127.0.0.1"
    assert server["enableXsrfProtection"] is True
    assert server["enableCORS"] is True
    assert server["enableStaticServing"] is False
    assert "*" not in server["allowedHosts"]


def test_the_built_in_csv_whose_cells_can_be_formulas_is_off(settings: dict[str, Any]) -> None:
    assert settings["client"]["disableDataExport"] is True


def test_light_and_dark_define_the_same_colours(settings: dict[str, Any]) -> None:
    assert settings["theme"]["light"].keys() == settings["theme"]["dark"].keys()


def test_no_setting_names_another_host(settings: dict[str, Any]) -> None:
    assert "://" not in str(settings)
