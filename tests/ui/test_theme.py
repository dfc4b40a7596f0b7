from tests.ui.sample import CATALOG
from ui.theme import DARK, LIGHT, contrast, palette_for, readable, text_on


def test_black_on_white_has_the_largest_contrast() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0


def test_text_and_muted_text_are_readable_in_both_themes() -> None:
    for palette in (LIGHT, DARK):
        assert contrast(palette.text, palette.background) >= 7
        assert contrast(palette.muted, palette.background) >= 4.5


def test_bands_and_amounts_stand_out_from_the_page() -> None:
    for palette in (LIGHT, DARK):
        for colour in (*palette.bands.values(), palette.quantity):
            assert contrast(colour, palette.background) >= 3, colour


def test_a_provider_keeps_its_colour_and_its_models_share_it() -> None:
    palette = palette_for(CATALOG, dark=False)
    assert palette.provider("Unnamed model of OpenAI") == palette.provider("OpenAI")
    assert palette.provider("Nobody Inc") == palette.provider("Nobody Inc")


def test_a_dark_colour_is_lightened_for_the_dark_page() -> None:
    assert contrast("#101820", DARK.background) < 3
    assert contrast(readable("#101820", dark=True), DARK.background) >= 3


def test_text_on_a_colour_is_black_or_white() -> None:
    assert text_on("#ffffff") == "#0f172a"
    assert text_on("#000000") == "#ffffff"
