"""The languages that a request asks for, and configured names in them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from booking.domain.caller import Scope
from booking.domain.documents import LOCALIZED_NAME, Document, Documents
from booking.domain.errors import Fault, InvalidRequest
from booking.domain.languages import enabled_locale, locale_shown, locales_for, translation
from booking.http.contract.configuration import ALL_LOCALES
from booking.http.forms import LANGUAGE, shown
from booking.http.requests import Request

MOST_LANGUAGES = 20
"""How many elements of an Accept-Language header are read."""
ACCEPTED = re.compile(
    rf"[ \t]*({LANGUAGE.pattern}|\*)[ \t]*(?:;[ \t]*[Qq]=(0(?:\.\d{{0,3}})?|1(?:\.0{{0,3}})?)[ \t]*)?", re.ASCII
)
VARY = {"Vary": "Accept-Language"}


def accepted_languages(request: Request) -> list[str]:
    """The languages of the Accept-Language header (RFC 9110, 12.5.4), the most wanted first.

    What is malformed is passed over. `*` stands for any language, so whatever is wanted less is left out.
    """
    weights: dict[str, float] = {}
    for element in request.headers.get("accept-language", "").split(",")[:MOST_LANGUAGES]:
        if match := ACCEPTED.fullmatch(element):
            weights.setdefault(match[1].lower(), float(match[2] or 1))
    wanted = sorted((tag for tag, weight in weights.items() if weight), key=lambda tag: -weights[tag])
    return wanted[: wanted.index("*")] if "*" in wanted else wanted


def in_languages(
    found: Iterable[Document], documents: Documents, request: Request, lang: str | None
) -> tuple[list[Document], Mapping[str, str]]:
    """The documents with their names in the languages that the request asks for, and the headers that say so.

    Administrators get `name` as it is stored, so that they can send a document back. Translations into locales that
    are not enabled any more are left out. Raises InvalidRequest for a `lang` that is not enabled.
    """
    locales = documents.organisation.get("locales", ())
    asked = _asked(lang, locales)
    own = locales_for([asked], locales) if asked else []
    wanted = [] if Scope.ADMIN in request.caller.scopes else own + locales_for(accepted_languages(request), locales)
    answered: list[Document] = []
    used: set[str | None] = set()
    for document in found:
        name, translations = document["name"], document.get(LOCALIZED_NAME, {})
        names = {locale: text for locale, text in translations.items() if locale in locales}
        used.add(locale_shown(names, wanted))
        answered.append(
            {
                **document,
                "name": translation(name, names, wanted),
                LOCALIZED_NAME: {asked: translation(name, names, own)} if asked else names,
            }
        )
    languages = {"Content-Language": ", ".join(sorted(filter(None, used)))} if any(used) else {}
    return answered, VARY | languages


def _asked(lang: str | None, locales: Sequence[str]) -> str | None:
    if lang is None or lang.lower() == ALL_LOCALES:
        return None
    if locale := enabled_locale(lang, locales):
        return locale
    accepted = f"{ALL_LOCALES}, or a locale that the organisation has enabled: {', '.join(locales) or 'none'}"
    raise InvalidRequest([Fault("query.lang", shown(lang), accepted)])
