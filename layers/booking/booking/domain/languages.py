"""Which translation of a configured text is shown.

Languages are BCP 47 tags. Texts are translated into the organisation's locales, such as `da-DK`; readers ask for
languages, such as `da` or `da-DK`, the one they like best first. Upper and lower case do not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence


def locales_for(languages: Iterable[str], locales: Sequence[str]) -> list[str]:
    """The locales that serve a reader of these languages, best first.

    For each language in its turn: the locale of that name, then those inside it (`da-DK` for `da`), then the same for
    the language without its last part (RFC 4647, 3.4: Lookup). So `de-CH` is served by `de-CH`, `de`, `de-DE`.
    """
    found: dict[str, None] = {}
    for language in languages:
        for prefix in _prefixes(language.lower()):
            inside = [each for each in locales if _is_inside(each.lower(), prefix)]
            found |= dict.fromkeys(sorted(inside, key=lambda each: each.lower() != prefix))
    return list(found)


def enabled_locale(language: str, locales: Sequence[str]) -> str | None:
    """The locale that a caller means by `language`; None if the organisation has not enabled it.

    Another region is another locale: `en-US` is not `en-GB`. But `da` means `da-DK`, and `da-DK` means `da`.
    """
    asked = language.lower()
    for locale in locales_for([language], locales):
        if _is_inside(locale.lower(), asked) or _is_inside(asked, locale.lower()):
            return locale
    return None


def locale_shown(translations: Mapping[str, str], locales: Iterable[str]) -> str | None:
    """The first of these locales that there is a translation into."""
    return next((each for each in locales if each in translations), None)


def translation(text: str, translations: Mapping[str, str], locales: Iterable[str]) -> str:
    """The text in the first of these locales that it is translated into, else the text as it is."""
    locale = locale_shown(translations, locales)
    return text if locale is None else translations[locale]


def _prefixes(language: str) -> Iterator[str]:
    while language:
        yield language
        language = language.rpartition("-")[0]


def _is_inside(language: str, prefix: str) -> bool:
    return language == prefix or language.startswith(f"{prefix}-")
