import pytest

from booking.domain.caller import Caller
from booking.http.contract.configuration import LIST_CUSTOMER_TYPES
from booking.http.languages import MOST_LANGUAGES, accepted_languages
from booking.http.requests import Request

CALLER = Caller("subject", "client", None, frozenset())


def request(header: str | None) -> Request:
    headers = {} if header is None else {"accept-language": header}
    return Request(LIST_CUSTOMER_TYPES, CALLER, {}, {}, headers, b"")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, []),
        ("", []),
        ("da", ["da"]),
        ("da-DK, da;q=0.9, en-GB;q=0.8, en;q=0.7", ["da-dk", "da", "en-gb", "en"]),
        ("en;q=0.5, da", ["da", "en"]),
        ("da;q=0.5,en;q=0.5", ["da", "en"]),
        (" da ; Q=0.5 ,\ten", ["en", "da"]),
        ("da;q=0, en", ["en"]),
        ("da;q=0.000", []),
        ("da;q=1.000, en;q=0.999", ["da", "en"]),
        ("*", []),
        ("da, *", ["da"]),
        ("*;q=0.5, da;q=0.1, en", ["en"]),
        ("da, *;q=0", ["da"]),
        ("da;q=2, en;q=1.5, de;q=x, sv;q=, nb;level=1, fi", ["fi"]),
        ("da;;q=1, , ;q=1, dansk-, æ, en", ["en"]),
        ("da-DK;q=0.2, DA-dk", ["da-dk"]),
        ("zh-Hant-TW", ["zh-hant-tw"]),
    ],
)
def test_the_header_names_languages_in_the_order_in_which_they_are_wanted(
    header: str | None, expected: list[str]
) -> None:
    assert accepted_languages(request(header)) == expected


def test_a_long_header_is_read_to_a_limit() -> None:
    header = ",".join(f"en-{number:04}" for number in range(3_000))

    assert len(accepted_languages(request(header))) == MOST_LANGUAGES
