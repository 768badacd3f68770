from copy import replace

from booking.domain.configuration import Configuration, MeetingType, Room, Skills
from booking.domain.misfits import misfit_of
from tests.domain.examples import MEETING, anna, at, organisation

NOW = at("2026-11-20 12:00")
BOOKED = replace(
    MEETING,
    start=at("2026-11-23 10:00"),
    end=at("2026-11-23 11:00"),
    type=MeetingType.PHYSICAL,
    room_id="hall",
    topic_id="loan",
)
AS_IT_WAS = organisation(anna(), anna(id="bo"), rooms=[Room("hall", location="City")])


def why(configuration: Configuration) -> tuple[str, dict[str, str]] | None:
    misfit = misfit_of(BOOKED, configuration, NOW)
    assert misfit is None or misfit.meeting == BOOKED
    return (misfit.reason, dict(misfit.about)) if misfit else None


def test_there_are_no_misfits_while_the_configuration_is_unchanged() -> None:
    assert why(AS_IT_WAS) is None


def test_a_deleted_room_is_not_configured() -> None:
    assert why(replace(AS_IT_WAS, rooms={})) == ("NOT_CONFIGURED", {"kind": "room", "id": "hall"})


def test_a_deleted_host_is_not_configured() -> None:
    left = {"bo": anna(id="bo")}
    assert why(replace(AS_IT_WAS, employees=left)) == ("NOT_CONFIGURED", {"kind": "employee", "id": "anna"})


def test_a_deleted_topic_is_not_configured() -> None:
    assert why(replace(AS_IT_WAS, meeting_topics={})) == ("NOT_CONFIGURED", {"kind": "meeting topic", "id": "loan"})


def test_a_room_that_can_no_longer_be_booked_is_the_reason() -> None:
    hall = Room("hall", location="City", bookable=False)
    assert why(replace(AS_IT_WAS, rooms={"hall": hall})) == ("ROOM_NOT_BOOKABLE", {"roomId": "hall"})


def test_a_colleague_who_is_absent_by_now_is_the_reason() -> None:
    away = anna(id="bo", absences=(BOOKED.interval,))
    changed = replace(AS_IT_WAS, employees={**AS_IT_WAS.employees, "bo": away})
    assert why(changed) == ("ABSENT", {"employeeId": "bo"})


def test_a_colleague_need_not_know_the_topic() -> None:
    beginner = anna(id="bo", skills=Skills(frozenset({"cards"}), frozenset()))
    assert why(replace(AS_IT_WAS, employees={**AS_IT_WAS.employees, "bo": beginner})) is None
