import pytest

from booking.domain.languages import enabled_locale, locales_for, translation

LOCALES = ("da-DK", "en-GB", "de-CH", "de", "zh-Hant-TW", "zh-Hans")


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["da-DK"], ["da-DK"]),
        (["DA-dk"], ["da-DK"]),
        (["da"], ["da-DK"]),
        (["da-GL"], ["da-DK"]),  # another region of the same language is better than another language
        (["de-CH"], ["de-CH", "de"]),
        (["de"], ["de", "de-CH"]),
        (["de-AT"], ["de", "de-CH"]),
        (["de-CH-1996"], ["de-CH", "de"]),
        (["zh-Hant"], ["zh-Hant-TW", "zh-Hans"]),
        (["zh-TW"], ["zh-Hant-TW", "zh-Hans"]),
        (["en-US", "da"], ["en-GB", "da-DK"]),
        (["sv", "da"], ["da-DK"]),
        (["d"], []),  # a tag is matched part by part, not letter by letter
        (["sv"], []),
        ([], []),
    ],
)
def test_a_reader_is_served_by_the_nearest_locales_in_the_order_of_the_languages(
    languages: list[str], expected: list[str]
) -> None:
    assert locales_for(languages, LOCALES) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("da-DK", "da-DK"),
        ("da-dk", "da-DK"),
        ("da", "da-DK"),
        ("de-AT", "de"),
        ("en-US", None),
        ("zh-Hant", "zh-Hant-TW"),
        ("zh-TW", None),
        ("sv", None),
        ("all", None),
    ],
)
def test_a_caller_names_a_locale_its_language_or_a_region_of_it(language: str, expected: str | None) -> None:
    assert enabled_locale(language, LOCALES) == expected


def test_a_text_is_shown_in_the_first_locale_that_it_is_translated_into() -> None:
    translations = {"da-DK": "Bolig", "en-GB": "Housing"}

    assert translation("Mortgage", translations, ["de", "en-GB", "da-DK"]) == "Housing"


def test_a_text_without_such_a_translation_is_shown_as_it_is() -> None:
    assert translation("Mortgage", {"da-DK": "Bolig"}, ["de"]) == "Mortgage"
    assert translation("Mortgage", {"da-DK": "Bolig"}, []) == "Mortgage"
    assert translation("Mortgage", {}, ["da-DK"]) == "Mortgage"
