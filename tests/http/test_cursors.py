import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.http.cursors import format_cursor, parse_cursor


@given(st.tuples(st.text(max_size=128), st.text(st.characters(codec="ascii"), min_size=1, max_size=200)))
def test_a_cursor_is_read_back_as_the_place_that_it_stands_for(place: tuple[str, str]) -> None:
    cursor = format_cursor(place)

    assert cursor
    assert cursor.isascii()
    assert parse_cursor(cursor) == place


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nextCursor"):
        parse_cursor(text)


def test_the_end_of_a_list_has_no_cursor() -> None:
    assert format_cursor(None) is None
