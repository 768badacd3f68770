"""Each kind of violation is planted in a table that is otherwise sound, and the audit must name it and nothing else."""

from collections.abc import Callable
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from booking.domain.agenda import NOTHING, Agenda, Entry, Resource, employee, room
from booking.domain.configuration import MeetingType
from booking.domain.customer_limits import CustomerMeeting, CustomerMeetings
from booking.domain.interval import Interval
from booking.domain.meeting import Meeting, MeetingStatus, Slot, SlotStatus
from booking.domain.requests import Search
from booking.domain.waitlist import CustomerWaits, WaitlistEntry, WaitlistStatus
from booking.storage import agendas, keys, meetings, slots, upcoming, waitlist
from booking.storage.participants import pointers_to_meeting
from booking.storage.table import Action, Table, encode
from local.audit import SKEW_SECONDS, CustomerLimits, InForce, audit, main
from tests.conftest import TABLE_NAME

MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
MINUTE, HOUR, WEEK = 60, 3600, 7 * 86400
NOW = MONDAY + 7 * HOUR


@dataclass
class World:
    """What is to stand in the table. Slots put themselves on their agendas; then anything can be changed."""

    slots: dict[str, Slot] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    tokens: dict[str, Slot] = field(default_factory=dict)
    entries: dict[tuple[Resource, str], dict[str, Entry]] = field(default_factory=dict)

    def add(self, slot: Slot) -> None:
        self.slots[slot.id] = slot
        if slot.token_hash:
            self.tokens[slot.token_hash] = slot
        if slot.status is not SlotStatus.RELEASED:
            for resource in slot.resources:
                for week in keys.weeks(slot.interval):
                    self.entries.setdefault((resource, week), {})[slot.id] = agendas.slot_entry(slot)

    def book(self, slot: Slot) -> None:
        """The slot with its meeting, whose id is `m-` and the slot's."""
        slot = replace(slot, status=SlotStatus.BOOKED, expires_at=None, meeting_id=f"m-{slot.id}")
        self.add(slot)
        meeting = a_meeting(slot)
        self.meetings[meeting.id] = meeting

    def write(self, table: Table) -> None:
        actions = [slots.create(slot, slot.owner) for slot in self.slots.values()]
        actions += [meetings.create(meeting, meeting.owner) for meeting in self.meetings.values()]
        actions += [slots.point_token(slot, before=None) for slot in self.tokens.values()]
        for (resource, week), entries in self.entries.items():
            empty = agendas.AgendaWeek(resource, week, agendas.NEVER_USED, NOTHING)
            actions.append(agendas.put(empty, Agenda(tuple(entries.values()))))
        for action in actions:
            put(table, action)
        table.put_all([item for meeting in self.meetings.values() for item in pointers_to_meeting(meeting)])


def put(table: Table, action: Action) -> None:
    table.client.put_item(TableName=table.name, Item=action["Put"]["Item"])


def at(hour: int, minute: int = 0) -> int:
    return MONDAY + hour * HOUR + minute * MINUTE


def a_slot(id: str, start: int, end: int, *employees: str, **more: Any) -> Slot:
    """A live hold under a token of its own, unless `more` says otherwise."""
    fields = {
        "owner": "subject:ann",
        "employee_ids": employees or ("anna",),
        "status": SlotStatus.RESERVED,
        "version": 1,
        "created_at": NOW,
        "modified_at": NOW,
        "token_hash": f"hash-{id}",
        "expires_at": NOW + 5 * MINUTE,
        **more,
    }
    return Slot(id=id, start=start, end=end, **fields)


def a_meeting(slot: Slot) -> Meeting:
    return Meeting(
        id=f"m-{slot.id}",
        owner=slot.owner,
        version=1,
        sequence=0,
        status=MeetingStatus.CONFIRMED,
        created_at=NOW,
        modified_at=NOW,
        time_slot_id=slot.id,
        start=slot.start,
        end=slot.end,
        type=MeetingType.ONLINE,
        employee_id=slot.employee_id,
        additional_employees=slot.employee_ids[1:],
        room_id=slot.room_id,
        customer_id="Klara Jensen",
        title="about the mortgage",
    )


@pytest.fixture
def world() -> World:
    """Sound: a hold, neighbours in time, a night over two weeks, a lapsed hold overtaken, a move in the making."""
    sound = World()
    sound.add(a_slot("hold", at(9), at(10), "anna", room_id="tivoli"))
    sound.book(a_slot("booked", at(10), at(11), "anna", "bo", room_id="tivoli"))
    sound.add(a_slot("move", at(10, 30), at(11, 30), "anna", existing_meeting_id="m-booked"))
    sound.book(a_slot("night", MONDAY + WEEK - HOUR, MONDAY + WEEK + HOUR, "bo"))
    sound.add(a_slot("lapsed", at(9), at(10), "anna", expires_at=NOW - 1))
    sound.add(a_slot("released", at(9), at(10), "anna", status=SlotStatus.RELEASED))
    return sound


def found(table: Table, world: World, buffer: int = 0) -> list[tuple[str, str]]:
    """Rule and text of every violation."""
    world.write(table)
    return [(each.rule, each.text) for each in audit(table, lambda: NOW, InForce(buffer)).violations]


def only(table: Table, world: World, buffer: int = 0) -> tuple[str, str]:
    (violation,) = found(table, world, buffer)
    return violation


def test_a_sound_table_has_no_violations(table: Table, world: World) -> None:
    assert found(table, world) == []


def test_an_empty_table_has_no_violations(table: Table) -> None:
    assert found(table, World()) == []


def a_seat(id: str, *employees: str, **more: Any) -> Slot:
    seat: dict[str, Any] = {"meeting_type": MeetingType.ONLINE, "topic_id": "course", "is_seat": True}
    return a_slot(id, at(17), at(18), *employees, **seat | more)


def test_the_seats_of_a_group_meeting_have_the_same_time(table: Table, world: World) -> None:
    world.book(a_seat("first", room_id="round-tower"))
    world.add(a_seat("second", room_id="round-tower"))
    world.write(table)

    assert audit(table, lambda: NOW, InForce(seats={"course": 2})).violations == []


@pytest.mark.parametrize(
    "other",
    [
        {"topic_id": "talk"},
        {"meeting_type": MeetingType.PHYSICAL},
        {"room_id": "round-tower"},
        {"is_seat": False},
    ],
    ids=str,
)
def test_a_seat_and_what_is_none_of_that_group_meeting_at_one_time_are_found(
    table: Table, world: World, other: dict[str, Any]
) -> None:
    world.add(a_seat("first"))
    world.book(a_seat("second", **other))

    assert only(table, world)[0] == "taken twice"


def test_group_meetings_of_two_employees_in_one_room_are_found(table: Table, world: World) -> None:
    world.add(a_seat("first", "anna", room_id="round-tower"))
    world.add(a_seat("second", "bo", room_id="round-tower"))

    assert only(table, world)[0] == "taken twice"


def test_more_seats_taken_than_the_topic_has_are_found(
    table: Table, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for id in ("first", "second", "third"):
        world.book(a_seat(id))
    world.write(table)

    assert main(["--table", TABLE_NAME, "--seats", "course=3"]) == 0
    assert main(["--table", TABLE_NAME, "--seats", "course=2"]) == 1
    assert capsys.readouterr().out.startswith("too many seats: the group meeting of anna at 2026-11-23T17:00:00Z")


def test_two_slots_at_one_time_of_one_employee_are_found(table: Table, world: World) -> None:
    world.book(a_slot("second", at(9, 30), at(9, 45), "anna"))

    rule, text = only(table, world)
    assert rule == "taken twice"
    assert text == (
        "EMPLOYEE anna is taken by slot hold 2026-11-23T09:00:00Z/2026-11-23T10:00:00Z until 2026-11-23T07:05:00Z "
        "and by slot second 2026-11-23T09:30:00Z/2026-11-23T09:45:00Z"
    )


def test_two_slots_at_one_time_of_one_room_are_found(table: Table, world: World) -> None:
    world.book(a_slot("second", at(9, 30), at(10), "cy", room_id="tivoli"))

    rule, text = only(table, world)
    assert rule == "taken twice"
    assert text.startswith("ROOM tivoli")


def test_an_overlap_is_found_when_the_two_stand_in_different_weeks(table: Table, world: World) -> None:
    world.book(a_slot("monday", MONDAY + WEEK, MONDAY + WEEK + HOUR, "bo"))

    assert only(table, world)[0] == "taken twice"


def test_a_long_slot_over_several_short_ones_is_found_with_each(table: Table) -> None:
    world = World()
    world.book(a_slot("long", at(9), at(12)))
    world.book(a_slot("early", at(9), at(10)))
    world.book(a_slot("late", at(11), at(12)))

    assert [rule for rule, _ in found(table, world)] == ["taken twice", "taken twice"]


def test_a_hold_to_move_a_meeting_may_not_overlap_another_meeting(table: Table, world: World) -> None:
    world.add(a_slot("second move", at(9, 30), at(10), "anna", existing_meeting_id="m-booked"))

    assert only(table, world)[0] == "taken twice"


def test_a_slot_that_a_meeting_was_moved_to_may_not_overlap_anything(table: Table, world: World) -> None:
    world.book(a_slot("moved", at(14), at(15), "anna", existing_meeting_id="m-moved"))
    world.book(a_slot("second", at(14), at(15), "anna"))

    assert only(table, world)[0] == "taken twice"


def test_meetings_closer_than_their_topics_want_are_found(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    world.book(a_slot("card", at(8), at(9), "anna", topic_id="card"))
    world.book(a_slot("loan", at(9, 30), at(10), "anna", topic_id="loan"))
    world.book(a_slot("after", at(10, 45), at(11), "anna"))
    world.write(table)

    assert main(["--table", TABLE_NAME, "--buffer", "15", "--buffers", "loan=30/45"]) == 0
    assert main(["--table", TABLE_NAME, "--buffers", "loan=0/60"]) == 1
    assert main(["--table", TABLE_NAME, "--buffers", "card=0/0", "--buffers", "loan=45/0"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_meetings_closer_than_the_buffer_are_found_on_employees_but_not_on_rooms(table: Table) -> None:
    world = World()
    world.book(a_slot("one", at(9), at(10), "anna", room_id="tivoli"))
    world.book(a_slot("two", at(10, 14), at(11), "anna"))
    world.book(a_slot("three", at(10), at(11), "bo", room_id="tivoli"))

    assert found(table, world) == []
    assert only(table, world, buffer=15 * MINUTE)[1].startswith("EMPLOYEE anna")


@pytest.mark.parametrize(("stands_for", "is_wrong"), [("loan", False), (None, False), ("card", True)])
def test_an_entry_of_another_topic_is_found_but_not_one_from_before_entries_had_topics(
    table: Table, stands_for: str | None, is_wrong: bool
) -> None:
    world = World()
    world.book(a_slot("one", at(9), at(10), "anna", topic_id="loan"))
    entries = world.entries[employee("anna"), "2026-W48"]
    entries["one"] = entries["one"]._replace(topic_id=stands_for)

    assert [kind for kind, *_ in found(table, world)] == (["slot without entry"] if is_wrong else [])


def test_a_live_slot_that_is_missing_on_an_agenda_is_found(table: Table, world: World) -> None:
    del world.entries[room("tivoli"), "2026-W48"]["booked"]

    assert only(table, world) == (
        "slot without entry",
        "slot booked (Booked 2026-11-23T10:00:00Z/2026-11-23T11:00:00Z) is not on AGENDA#ROOM#tivoli 2026-W48",
    )


def test_a_slot_that_is_missing_in_one_of_its_two_weeks_is_found(table: Table, world: World) -> None:
    del world.entries[employee("bo"), "2026-W49"]

    assert only(table, world)[0] == "slot without entry"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda entry: entry._replace(start=entry.start + 1), id="start"),
        pytest.param(lambda entry: entry._replace(end=entry.end - 1), id="end"),
        pytest.param(lambda entry: entry._replace(until=None), id="firm"),
        pytest.param(lambda entry: entry._replace(until=NOW + HOUR), id="longer"),
        pytest.param(lambda entry: entry._replace(until=NOW - HOUR), id="lapsed"),
    ],
)
def test_an_entry_with_other_times_than_its_slot_is_found(
    table: Table, world: World, wrong: Callable[[Entry], Entry]
) -> None:
    entries = world.entries[room("tivoli"), "2026-W48"]
    entries["hold"] = wrong(entries["hold"])

    assert only(table, world)[0] == "slot without entry"


def test_a_booked_slot_whose_entry_lapses_is_found(table: Table, world: World) -> None:
    entries = world.entries[room("tivoli"), "2026-W48"]
    entries["booked"] = entries["booked"]._replace(until=NOW + HOUR)

    assert only(table, world)[0] == "slot without entry"


def test_an_entry_without_a_slot_is_found(table: Table, world: World) -> None:
    world.entries[employee("anna"), "2026-W48"]["ghost"] = Entry(at(15), at(16), "ghost")

    assert only(table, world) == (
        "entry without slot",
        "entry 2026-11-23T15:00:00Z/2026-11-23T16:00:00Z of slot ghost on AGENDA#EMPLOYEE#anna 2026-W48: "
        "there is no such slot",
    )


def test_an_entry_of_a_released_slot_is_found(table: Table, world: World) -> None:
    world.entries[employee("cy"), "2026-W48"] = {"released": Entry(at(9), at(10), "released", NOW + HOUR)}

    assert only(table, world)[0] == "entry without slot"


def test_an_entry_on_somebody_elses_agenda_is_found(table: Table, world: World) -> None:
    world.entries[employee("cy"), "2026-W48"] = {"booked": Entry(at(10), at(11), "booked")}

    assert only(table, world)[0] == "entry without slot"


def test_an_entry_in_a_week_that_its_time_does_not_touch_is_found(table: Table, world: World) -> None:
    world.entries[employee("bo"), "2026-W50"] = {"night": world.entries[employee("bo"), "2026-W49"]["night"]}

    assert only(table, world)[0] == "entry without slot"


def test_the_audit_accepts_the_item_of_a_lapsed_hold(table: Table, world: World) -> None:
    del world.slots["lapsed"]
    world.tokens.pop("hash-lapsed")

    assert found(table, world) == []


def test_a_hold_in_its_last_seconds_is_not_judged(table: Table, world: World) -> None:
    world.add(a_slot("ending", at(14), at(15), expires_at=NOW + SKEW_SECONDS))
    world.add(a_slot("quicker", at(14), at(15)))
    del world.entries[employee("anna"), "2026-W48"]["ending"]

    assert found(table, world) == []


def an_entry(offered: Slot | None = None, **more: Any) -> WaitlistEntry:
    entry = WaitlistEntry(
        id="entry",
        owner="subject:ann",
        place="001795507200#entry",
        version=1,
        status=WaitlistStatus.WAITING,
        customer_id="ann",
        created_at=NOW,
        modified_at=NOW,
        search=Search(require_employee_participation=False, window=Interval(at(8), at(18)), duration=HOUR),
    )
    return replace(entry.offered(offered, MeetingType.ONLINE, NOW) if offered else entry, **more)


def wait(table: Table, entry: WaitlistEntry) -> None:
    for action in waitlist.join(entry, CustomerWaits("ann"), "subject:ann", NOW):
        put(table, action)


def test_a_waitlist_whose_offer_is_held_is_sound(table: Table, world: World) -> None:
    world.add(a_slot("offered", at(14), at(15), token_hash=None, waitlist_id="entry"))
    wait(table, an_entry(world.slots["offered"]))

    assert found(table, world) == []


@pytest.mark.parametrize("of_entry", [an_entry(), None], ids=["which does not know of it", "which is gone"])
def test_a_time_that_is_held_for_an_entry_is_found(table: Table, world: World, of_entry: WaitlistEntry | None) -> None:
    world.add(a_slot("offered", at(14), at(15), token_hash=None, waitlist_id="entry"))
    if of_entry:
        wait(table, of_entry)

    assert only(table, world) == (
        "offer without entry",
        "slot offered is held for WAITLIST#entry, which was offered nothing",
    )


def test_the_audit_finds_a_place_in_line_whose_entry_is_gone(table: Table, world: World) -> None:
    wait(table, an_entry(status=WaitlistStatus.WITHDRAWN))

    assert only(table, world) == ("wrongly in line", "WAITLIST#entry is Withdrawn and is in line")


def test_the_audit_finds_an_entry_that_has_no_place_in_line(table: Table, world: World) -> None:
    wait(table, an_entry())
    table.delete(keys.waitlist_place("001795507200#entry"))

    assert only(table, world) == ("wrongly in line", "WAITLIST#entry is Waiting and is not in line")


def test_a_place_in_line_of_nobody_is_found(table: Table, world: World) -> None:
    wait(table, an_entry())
    table.delete(keys.waitlist_entry("entry"))

    assert only(table, world) == ("wrongly in line", "WAITLIST#entry is in line and does not exist")


def test_a_place_in_line_that_went_with_the_end_of_its_search_is_sound(table: Table, world: World) -> None:
    wait(table, an_entry(search=replace(an_entry().search, window=Interval(at(5), at(6)))))
    table.delete(keys.waitlist_place("001795507200#entry"))

    assert found(table, world) == []


def test_a_confirmed_meeting_whose_slot_is_missing_is_found(table: Table, world: World) -> None:
    del world.slots["booked"]

    assert ("meeting without slot", "meeting m-booked (Confirmed) at slot booked: the slot is missing") in found(
        table, world
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"end": at(12)}, id="time"),
        pytest.param({"employee_id": "cy"}, id="employee"),
        pytest.param({"additional_employees": ()}, id="additional employees"),
        pytest.param({"room_id": "round-tower"}, id="room"),
    ],
)
def test_a_meeting_that_disagrees_with_its_slot_is_found(table: Table, world: World, change: dict[str, Any]) -> None:
    world.meetings["m-booked"] = replace(world.meetings["m-booked"], **change)

    assert only(table, world)[0] == "meeting without slot"


def test_a_confirmed_meeting_whose_slot_is_not_booked_is_found(table: Table, world: World) -> None:
    slot = replace(world.slots["booked"], status=SlotStatus.RESERVED, expires_at=NOW + HOUR)
    world.add(slot)

    assert {rule for rule, _ in found(table, world)} == {"meeting without slot", "slot without meeting"}


def test_a_cancelled_meeting_that_still_holds_its_slot_is_found(table: Table, world: World) -> None:
    world.meetings["m-booked"] = replace(world.meetings["m-booked"], status=MeetingStatus.CANCELLED)

    assert {rule for rule, _ in found(table, world)} == {"meeting without slot", "slot without meeting"}


def test_two_meetings_of_one_slot_are_found(table: Table, world: World) -> None:
    world.meetings["m-other"] = replace(world.meetings["m-booked"], id="m-other")

    assert only(table, world) == (
        "meeting without slot",
        "meeting m-other (Confirmed) at slot booked: the slot has meeting m-booked",
    )


def test_a_booked_slot_whose_meeting_is_missing_is_found(table: Table, world: World) -> None:
    del world.meetings["m-night"]

    assert only(table, world) == ("slot without meeting", "slot night has meeting m-night: there is no such meeting")


def test_a_slot_that_is_booked_for_a_meeting_elsewhere_is_found(table: Table, world: World) -> None:
    world.book(a_slot("elsewhere", at(14), at(15)))
    world.add(replace(world.slots["elsewhere"], id="left", start=at(15), end=at(16), token_hash=None))

    assert only(table, world)[0] == "slot without meeting"


def test_a_token_that_points_to_no_slot_is_found(table: Table, world: World) -> None:
    world.tokens["hash-gone"] = a_slot("gone", at(14), at(15))

    assert only(table, world)[0] == "token without slot"


def test_two_holds_of_one_token_are_found(table: Table, world: World) -> None:
    world.add(a_slot("again", at(14), at(15), token_hash="hash-hold"))

    assert only(table, world) == ("hold without token", "slot hold is held, but its token points to again")


def test_an_item_that_cannot_be_read_is_found(table: Table, world: World) -> None:
    world.write(table)
    broken = {**keys.agenda(employee("dan"), "2026-W48"), "version": 1, "entries": {"slot": "nine to ten"}}
    table.client.put_item(TableName=table.name, Item=encode(broken))
    table.client.put_item(TableName=table.name, Item=encode({**keys.slot("empty"), "version": 1}))

    report = audit(table, lambda: NOW)
    assert [violation.rule for violation in report.violations] == ["unreadable item", "unreadable item"]


def test_a_problem_that_only_the_scan_shows_is_not_reported(table: Table, world: World) -> None:
    entry = world.entries[employee("anna"), "2026-W48"].pop("booked")
    world.write(table)
    world.entries[employee("anna"), "2026-W48"]["booked"] = entry

    class Moving:
        """A table whose scan saw one item before a write and another after it."""

        exceptions = table.client.exceptions
        transact_get_items = table.client.transact_get_items

        def scan(self, **request: Any) -> Any:
            response = table.client.scan(**request)
            world.write(table)
            return response

    assert audit(Table(table.client, table.name), lambda: NOW).violations
    assert audit(Table(Moving(), table.name), lambda: NOW).violations == []


def test_the_command_prints_what_it_found_and_fails(
    table: Table, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.audit.time.time", lambda: NOW)
    world.write(table)
    assert main(["--table", TABLE_NAME]) == 0
    assert capsys.readouterr().out == ""

    world.book(a_slot("second", at(9), at(10)))
    world.write(table)
    assert main(["--table", TABLE_NAME]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("taken twice: EMPLOYEE anna is taken by slot hold")
    assert "Violations: 1." in err


def test_a_table_that_is_not_there_is_one_clear_sentence(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table", "another"]) == 2
    assert capsys.readouterr().err.startswith("The table could not be audited: ")


def test_no_text_of_a_meeting_is_read(table: Table, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    class Listening:
        exceptions = table.client.exceptions
        transact_get_items = table.client.transact_get_items

        def scan(self, **request: Any) -> Any:
            asked.extend(request["ExpressionAttributeNames"].values())
            return table.client.scan(**request)

    world.write(table)
    audit(Table(Listening(), table.name), lambda: NOW)
    assert not {"title", "description", "externalAttendees", "customFields"} & set(asked)


def test_a_meeting_that_is_not_listed_under_an_additional_employee_is_found(table: Table, world: World) -> None:
    world.write(table)
    (meeting,) = (each for each in world.meetings.values() if each.additional_employees)
    key = keys.participant_of_meeting(meeting.id, meeting.additional_employees[0], meeting.start)
    table.client.delete_item(TableName=table.name, Key={name: {"S": value} for name, value in key.items()})

    assert [each.rule for each in audit(table, lambda: NOW).violations] == ["meeting not listed"]


KLARA = "Klara Jensen"
BOOKED, NIGHT = CustomerMeeting(at(10), at(11)), CustomerMeeting(MONDAY + WEEK - HOUR, MONDAY + WEEK + HOUR)


def note(table: Table, noted: dict[str, CustomerMeeting], filled_at: int | None = NOW) -> None:
    """The meetings that the item of the customer has."""
    put(table, upcoming.put(CustomerMeetings(KLARA, 1, filled_at, noted), NOW))


def limited(table: Table, limits: CustomerLimits) -> list[tuple[str, str]]:
    return [(each.rule, each.text) for each in audit(table, lambda: NOW, InForce(limits=limits)).violations]


def test_meetings_that_a_customers_item_has_wrong_are_found(table: Table, world: World) -> None:
    moved = replace(BOOKED, start=at(9))
    none = CustomerLimits()
    world.write(table)
    note(table, {"m-booked": BOOKED, "m-night": NIGHT})
    assert limited(table, none) == []

    note(table, {"m-booked": moved, "m-gone": CustomerMeeting(at(13), at(14))})
    assert limited(table, none) == [
        (
            "meeting not counted",
            "UPCOMING#Klara Jensen has MEETING#m-booked at 2026-11-23T09:00:00Z/2026-11-23T11:00:00Z, which is at "
            "2026-11-23T10:00:00Z/2026-11-23T11:00:00Z",
        ),
        (
            "meeting not counted",
            "UPCOMING#Klara Jensen has MEETING#m-gone at 2026-11-23T13:00:00Z/2026-11-23T14:00:00Z, which is not "
            "to come",
        ),
        (
            "meeting not counted",
            "UPCOMING#Klara Jensen does not have MEETING#m-night, which is at "
            "2026-11-29T23:00:00Z/2026-11-30T01:00:00Z",
        ),
    ]
    assert audit(table, lambda: NOW).violations == []


def test_an_item_that_is_not_filled_says_nothing(table: Table, world: World) -> None:
    world.write(table)
    note(table, {}, filled_at=None)

    assert limited(table, CustomerLimits({None: 1}, may_overlap=False)) == []


@pytest.mark.parametrize(
    ("noted", "limits", "rules"),
    [
        ({"m-booked": BOOKED, "m-night": NIGHT}, CustomerLimits({None: 2}, may_overlap=False), []),
        ({"m-booked": BOOKED, "m-night": NIGHT}, CustomerLimits({None: 1}), ["too many meetings"]),
        ({"m-booked": BOOKED, "m-night": replace(NIGHT, is_bound=False)}, CustomerLimits({None: 1}), []),
        ({"m-booked": BOOKED, "m-night": NIGHT}, CustomerLimits({"loan": 0}), []),
    ],
    ids=["as many as one may", "one more", "one of an employee", "other topics"],
)
def test_a_customer_beyond_a_limit_is_found(
    table: Table, world: World, noted: dict[str, CustomerMeeting], limits: CustomerLimits, rules: list[str]
) -> None:
    world.write(table)
    note(table, noted)

    assert [rule for rule, _ in limited(table, limits)] == rules


@pytest.mark.parametrize("is_bound", [True, False], ids=["booked by the customer", "booked by an employee"])
def test_a_customer_at_two_meetings_at_once_is_found(table: Table, world: World, is_bound: bool) -> None:
    world.book(a_slot("second", at(10, 30), at(12), "cy"))
    world.write(table)
    second = CustomerMeeting(at(10, 30), at(12), is_bound=is_bound)
    note(table, {"m-booked": BOOKED, "m-night": NIGHT, "m-second": second})

    times = "2026-11-23T10:00:00Z/2026-11-23T11:00:00Z and 2026-11-23T10:30:00Z/2026-11-23T12:00:00Z"
    found = [("customer at two meetings", f"UPCOMING#Klara Jensen is at two meetings: {times}")] if is_bound else []
    assert limited(table, CustomerLimits(may_overlap=False)) == found
    assert limited(table, CustomerLimits()) == []


def test_the_command_is_told_the_limits(
    table: Table, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.audit.time.time", lambda: NOW)
    world.write(table)
    note(table, {"m-booked": BOOKED, "m-night": NIGHT})

    of_all, of_topic = "--max-upcoming-meetings=1", "--max-upcoming-meetings=loan=1"
    assert main(["--table", TABLE_NAME, of_topic, "--customers-do-not-overlap"]) == 0
    assert main(["--table", TABLE_NAME, of_topic, of_all]) == 1
    assert capsys.readouterr().out == "too many meetings: UPCOMING#Klara Jensen: 2 meetings are to come, more than 1\n"
