import pytest

from booking.domain.agenda import Entry, Seat
from booking.domain.configuration import MeetingType
from booking.storage.entries import entry_of, text_of


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (Entry(60, 120, "slot"), "60 120"),
        (Entry(60, 120, "slot", 100), "60 120 100"),
        (Entry(60, 120, "slot", None, "loan"), "60 120 - loan"),
        (Entry(60, 120, "slot", 100, "my own  loan"), "60 120 100 my own  loan"),
        (Entry(60, 120, "slot", None, "-"), "60 120 - -"),
        (
            Entry(60, 120, "slot", None, "a course", Seat("anna", MeetingType.PHYSICAL, "hall 1")),
            "60 120 - a course\tanna\tPhysical\thall 1",
        ),
        (
            Entry(60, 120, "slot", 100, "course", Seat("anna", MeetingType.ONLINE)),
            "60 120 100 course\tanna\tOnline\t",
        ),
    ],
)
def test_an_entry_is_read_as_it_was_written(entry: Entry, text: str) -> None:
    assert text_of(entry) == text
    assert entry_of("slot", text) == entry
