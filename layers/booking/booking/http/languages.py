"""The languages that a request asks for."""

import re

from booking.http.forms import LANGUAGE
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
