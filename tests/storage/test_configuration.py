from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.domain.configuration import (
    ALL_MEETING_TYPES,
    CompetenceGroup,
    Configuration,
    CustomerType,
    DateRange,
    EmployeeType,
    Location,
    MeetingTopic,
    MeetingType,
    Organisation,
    PlanDates,
    PriorityRule,
    RoomPolicy,
    ServiceGroup,
    Skills,
    WeekPlan,
    Weeks,
    Window,
    WorkingElsewhere,
)
from booking.domain.documents import ORGANISATION_ID, Documents, Kind, Stored, users_of
from booking.domain.interval import Interval
from booking.http.configuration_documents import document_of
from booking.storage import configuration_items
from booking.storage.configuration_items import Change
from booking.storage.configuration_values import configuration_of
from booking.storage.configurations import FRESH_SECONDS, Configurations
from booking.storage.table import Collision, Table

CHANGE = Change("admin", "Replaced", Kind.CUSTOMER_TYPES, "private")

NOW = 1_795_507_200


@dataclass
class Counting:
    """A client that notes which calls are made."""

    client: Any
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.calls.append(operation)
            return getattr(self.client, operation)(**request)

        return call


def store(table: Table, kind: Kind, id: str, **body: Any) -> None:
    documents = configuration_items.read(table)
    stored = Stored(document_of(kind, id, body, documents), documents.version + 1)
    table.transact(
        [configuration_items.raise_version(documents.version, CHANGE), configuration_items.put(kind, id, stored)]
    )


def remove(table: Table, kind: Kind, id: str) -> None:
    version = configuration_items.read(table).version
    table.transact([configuration_items.raise_version(version, CHANGE), configuration_items.delete(kind, id)])


def loaded(table: Table) -> Configuration:
    return Configurations(table).current(NOW)


def utc(day: int, hour: int = 0) -> int:
    return int(datetime(2026, 12, day, hour, tzinfo=UTC).timestamp())


@pytest.fixture
def counting(table: Table) -> Counting:
    return Counting(table.client)


@pytest.fixture
def container(table: Table, counting: Counting) -> Configurations:
    return Configurations(replace(table, client=counting))


def test_an_empty_table_is_the_default_configuration(table: Table) -> None:
    assert loaded(table) == Configuration()


def test_settings_come_back_as_they_were_made(table: Table) -> None:
    store(
        table,
        Kind.ORGANISATION,
        ORGANISATION_ID,
        name="Bank",
        timeZone="America/Nuuk",
        openingTime="08:00",
        closingTime="24:00",
        slotInterval=15,
        defaultMeetingDuration=45,
        defaultLookForward="14.00:00:00",
        bookingHorizonDays=30,
        buffer=10,
        workingTimeBuffer="1.02:00:00",
        maxMeetingTimePerDay="04:30",
        closingDays=["2026-12-25", {"from": "2026-12-31", "to": "2027-01-01"}],
        reservationLifetime="00:04:30",
        retentionDays=365,
        priorityRules=[{"type": "servicegroup", "label": "VIP"}],
        icalTitle="{topic}",
        icalDescription="Hello",
        organizer={"name": "Bank", "email": "b@example.com"},
        locales=["da-DK", "en-GB"],
        localizedIcalTitle={"da-DK": "{topic} hos os"},
        localizedIcalDescription={"da-DK": "Hej"},
    )

    assert loaded(table).organisation == Organisation(
        name="Bank",
        time_zone=ZoneInfo("America/Nuuk"),
        opening_time=480,
        closing_time=1440,
        slot_interval=900,
        default_meeting_duration=2700,
        default_look_forward=14 * 86400,
        booking_horizon_days=30,
        buffer=600,
        working_time_buffer=26 * 3600,
        max_meeting_time_per_day=4 * 3600 + 1800,
        closing_days=(
            DateRange(date(2026, 12, 25), date(2026, 12, 25)),
            DateRange(date(2026, 12, 31), date(2027, 1, 1)),
        ),
        reservation_lifetime=270,
        retention_days=365,
        priority_rules=(PriorityRule(EmployeeType.SERVICE_GROUP, "VIP"),),
        ical_title="{topic}",
        ical_description="Hello",
        organizer_name="Bank",
        organizer_email="b@example.com",
        locales=("da-DK", "en-GB"),
        localized_ical_title={"da-DK": "{topic} hos os"},
        localized_ical_description={"da-DK": "Hej"},
    )


def test_an_employee_comes_back_as_configured(table: Table) -> None:
    store(table, Kind.MEETING_TOPICS, "mortgage", name="Mortgage")
    store(
        table,
        Kind.EMPLOYEES,
        "anna",
        name="Anna",
        email="anna@example.com",
        phone="1",
        locations=["B", "A"],
        canBeBooked=False,
        onlyExplicitlyAvailable=True,
        maxMeetingTimePerDay=240,
        skills={"topicIds": ["mortgage"]},
        workdays={
            "monday": [{"from": "08:00", "to": "12:30", "location": "A", "meetingTypes": ["physical"]}],
            "sunday": [{"from": "20:00", "to": "24:00"}],
        },
        extraAvailability=[{"start": "2026-12-01T16:00Z", "end": "2026-12-01T18:00Z"}],
        workingElsewhere=[{"from": "2026-12-14", "to": "2026-12-15", "location": "C"}],
        timeZone="Asia/Kathmandu",
    )
    anna = loaded(table).employees["anna"]

    assert (anna.name, anna.email, anna.phone, anna.locations) == ("Anna", "anna@example.com", "1", ("B", "A"))
    assert (anna.can_be_booked, anna.only_explicitly_available) == (False, True)
    assert anna.max_meeting_time_per_day == 4 * 3600
    assert anna.skills == Skills(frozenset({"mortgage"}), frozenset())
    assert anna.workdays[0] == (Window(480, 750, "A", frozenset({MeetingType.PHYSICAL})),)
    assert anna.workdays[1:6] == ((),) * 5
    assert anna.workdays[6] == (Window(1200, 1440, None, ALL_MEETING_TYPES),)
    assert anna.extra_availability == (Interval(utc(1, 16), utc(1, 18)),)
    assert anna.working_elsewhere == (WorkingElsewhere(DateRange(date(2026, 12, 14), date(2026, 12, 15)), "C"),)
    assert anna.time_zone == ZoneInfo("Asia/Kathmandu")


def test_only_blocking_absences_count_and_their_dates_are_whole_days_where_the_employee_is(table: Table) -> None:
    absences = [
        {"start": "2026-12-07", "end": "2026-12-09"},
        {"start": "2026-12-10T10:00Z", "end": "2026-12-11"},
        {"start": "2026-12-20", "end": "2026-12-21", "blocking": False},
    ]
    store(table, Kind.ORGANISATION, ORGANISATION_ID, timeZone="Europe/Copenhagen")
    store(table, Kind.EMPLOYEES, "anna", name="Anna", absences=absences)
    store(table, Kind.EMPLOYEES, "bo", name="Bo", absences=absences, timeZone="UTC")
    employees = loaded(table).employees

    assert employees["anna"].absences == (Interval(utc(6, 23), utc(9, 23)), Interval(utc(10, 10), utc(11, 23)))
    assert employees["bo"].absences == (Interval(utc(7), utc(10)), Interval(utc(10, 10), utc(12)))


def test_dates_of_absence_move_with_the_organisations_time_zone(table: Table) -> None:
    store(table, Kind.EMPLOYEES, "anna", name="Anna", absences=[{"start": "2026-12-07", "end": "2026-12-07"}])
    store(table, Kind.ORGANISATION, ORGANISATION_ID, timeZone="UTC")

    assert loaded(table).employees["anna"].absences == (Interval(utc(7), utc(8)),)


def test_topics_and_rooms_and_locations_come_back_as_configured(table: Table) -> None:
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    store(
        table,
        Kind.MEETING_TOPICS,
        "mortgage",
        name="Mortgage",
        availableToCustomers=False,
        customerTypeIds=["private"],
        meetingTypes=["ONLINE"],
        duration="PT45M",
    )
    store(table, Kind.MEETING_TOPICS, "cards", name="Cards")
    store(table, Kind.ROOMS, "tivoli", name="Tivoli", location="A", capacity=4, features=["screen"], bookable=False)
    store(table, Kind.LOCATIONS, "A", name="City", address="Square 1", roomPolicy="NONE")
    found = loaded(table)

    mortgage = found.meeting_topics["mortgage"]
    assert (mortgage.available_to_customers, mortgage.customer_type_ids) == (False, frozenset({"private"}))
    assert (mortgage.meeting_types, mortgage.duration) == (frozenset({MeetingType.ONLINE}), 2700)
    assert found.meeting_topics["cards"].meeting_types == ALL_MEETING_TYPES
    assert found.meeting_topics["cards"].duration is None
    tivoli = found.rooms["tivoli"]
    assert (tivoli.location, tivoli.capacity, tivoli.features, tivoli.bookable) == ("A", 4, ("screen",), False)
    assert (found.locations["A"].address, found.locations["A"].room_policy) == ("Square 1", RoomPolicy.NONE)
    assert found.customer_types["private"].name == "Private"


def test_groups_come_back_as_configured(table: Table) -> None:
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    store(table, Kind.MEETING_TOPICS, "mortgage", name="Mortgage")
    store(table, Kind.EMPLOYEES, "anna", name="Anna")
    store(table, Kind.COMPETENCE_GROUPS, "first-time", name="First-time buyers")
    members = {"employeeIds": ["anna"], "topicIds": ["mortgage"], "customerTypeIds": ["private"]}
    store(table, Kind.COMPETENCE_GROUPS, "finance", name="Finance", subGroupIds=["first-time"], labels=["x"], **members)
    store(
        table,
        Kind.SERVICE_GROUPS,
        "national",
        name="National",
        employeeIds=["anna"],
        competenceGroupIds=["finance"],
        trigger={"topicIds": ["mortgage"], "customerTypeIds": ["private"], "customerLocations": ["A"]},
        serviceLevel={"meetingTypes": ["Online"], "locations": ["B"]},
        maxMeetingTimePerDay="05:00:00",
        labels=["VIP"],
    )
    store(table, Kind.SERVICE_GROUPS, "silent", name="Silent")
    found = loaded(table)

    assert found.competence_groups["finance"] == CompetenceGroup(
        id="finance",
        name="Finance",
        employee_ids=frozenset({"anna"}),
        topic_ids=frozenset({"mortgage"}),
        customer_type_ids=frozenset({"private"}),
        sub_group_ids=frozenset({"first-time"}),
        labels=frozenset({"x"}),
    )
    assert found.service_groups["national"] == ServiceGroup(
        id="national",
        name="National",
        employee_ids=frozenset({"anna"}),
        competence_group_ids=frozenset({"finance"}),
        trigger_topic_ids=frozenset({"mortgage"}),
        trigger_customer_type_ids=frozenset({"private"}),
        trigger_customer_locations=frozenset({"A"}),
        meeting_types=frozenset({MeetingType.ONLINE}),
        locations=frozenset({"B"}),
        max_meeting_time_per_day=5 * 3600,
        labels=frozenset({"VIP"}),
    )
    assert found.service_groups["silent"].meeting_types == frozenset()


def test_policies_come_back_as_configured(table: Table) -> None:
    store(
        table,
        Kind.ORGANISATION,
        "organisation",
        name="Bank",
        bookableFrom="1.00:00:00",
        bufferBefore=5,
        bufferAfter=20,
        cancelNotice="02:00",
        changeNotice="01:00",
        firmSlotLifetime="00:40",
        locales=["da-DK"],
        longestMeeting="02:00",
        maxHolds=2,
        maxMeetingsPerDay=6,
        maxUpcomingMeetings=5,
        overlapForCustomer=False,
        partnerConsent=True,
        waitlistHold="00:20",
    )
    store(
        table,
        Kind.MEETING_TOPICS,
        "loan",
        name="Loan",
        localizedName={"da-DK": "Lån"},
        bookableFrom="00:00",
        bufferBefore=0,
        bufferAfter=30,
        cancelNotice=30,
        changeNotice=15,
        longestMeeting=90,
        maxUpcomingMeetings=1,
        seats=8,
    )
    store(table, Kind.EMPLOYEES, "anna", name="Anna", maxMeetingsPerDay=4)
    found = loaded(table)

    assert found.organisation == Organisation(
        name="Bank",
        bookable_from=86400,
        buffer_before=300,
        buffer_after=1200,
        cancel_notice=7200,
        change_notice=3600,
        firm_slot_lifetime=2400,
        locales=("da-DK",),
        longest_meeting=7200,
        max_holds=2,
        max_meetings_per_day=6,
        max_upcoming_meetings=5,
        overlap_for_customer=False,
        partner_consent=True,
        waitlist_hold=1200,
    )
    assert found.meeting_topics["loan"] == MeetingTopic(
        "loan",
        "Loan",
        bookable_from=0,
        buffer_before=0,
        buffer_after=1800,
        cancel_notice=1800,
        change_notice=900,
        longest_meeting=5400,
        max_upcoming_meetings=1,
        seats=8,
        localized_name={"da-DK": "Lån"},
    )
    assert found.employees["anna"].max_meetings_per_day == 4


LIMITED = {"name": "Name", "maxUpcomingMeetings": 3}


@pytest.mark.parametrize(
    ("organisation", "topic", "changed_at"),
    [
        ({"name": "Name"}, {"name": "Name"}, 0),
        ({"name": "Name"}, LIMITED, 20),
        (LIMITED, {"name": "Name"}, 10),
        ({"name": "Name", "overlapForCustomer": False}, {"name": "Name"}, 10),
        (LIMITED, LIMITED, 20),
    ],
)
def test_a_configuration_knows_when_a_document_that_limits_customers_was_changed_last(
    organisation: dict[str, Any], topic: dict[str, Any], changed_at: int
) -> None:
    documents = Documents()
    stored = {
        Kind.ORGANISATION: {
            ORGANISATION_ID: Stored(document_of(Kind.ORGANISATION, ORGANISATION_ID, organisation, documents), 1, 10)
        },
        Kind.MEETING_TOPICS: {"loan": Stored(document_of(Kind.MEETING_TOPICS, "loan", topic, documents), 2, 20)},
    }
    found = configuration_of(Documents(2, stored))

    assert (found.limits_changed_at, found.limits_customers) == (changed_at, changed_at > 0)


def test_when_a_document_was_changed_is_stored_with_it(table: Table) -> None:
    stored = Stored({"id": "private"}, 3, 17)
    table.transact([configuration_items.put(Kind.CUSTOMER_TYPES, "private", stored)])

    assert configuration_items.read(table).of(Kind.CUSTOMER_TYPES)["private"] == stored


def test_plans_of_weeks_come_back_as_configured(table: Table) -> None:
    monday = [{"from": "08:00", "to": "12:00", "location": "A"}]
    plan = {"validFrom": "2026-12-01", "validTo": "2026-12-31", "weeks": "EVEN", "workdays": {"monday": monday}}
    store(table, Kind.EMPLOYEES, "anna", name="Anna", weekPlans=[plan, {}])
    first, second = loaded(table).employees["anna"].week_plans

    assert first.dates == PlanDates(date(2026, 12, 1), date(2026, 12, 31), Weeks.EVEN)
    assert first.workdays == ((Window(480, 720, "A"),), (), (), (), (), (), ())
    assert second == WeekPlan(PlanDates(), ((),) * 7)
    users = users_of(Kind.LOCATIONS, "A", configuration_items.read(table))
    assert users == [{"kind": "employee", "id": "anna"}]


def test_documents_from_before_a_policy_have_its_default() -> None:
    kinds = {
        Kind.ORGANISATION: ORGANISATION_ID,
        Kind.LOCATIONS: "A",
        Kind.CUSTOMER_TYPES: "private",
        Kind.MEETING_TOPICS: "loan",
        Kind.EMPLOYEES: "anna",
    }
    policies = {"bookableFrom", "cancelNotice", "changeNotice", "maxMeetingsPerDay", "weekPlans"}
    policies |= {"bufferBefore", "bufferAfter", "firmSlotLifetime", "longestMeeting", "maxHolds", "partnerConsent"}
    policies |= {"maxUpcomingMeetings", "overlapForCustomer", "seats", "waitlistHold"}
    policies |= {"locales", "localizedName", "localizedIcalTitle", "localizedIcalDescription"}
    stored = {}
    for kind, id in kinds.items():
        document = document_of(kind, id, {"name": "Name"}, Documents())
        stored[kind] = {id: Stored({name: value for name, value in document.items() if name not in policies}, 1)}
    found = configuration_of(Documents(1, stored))

    assert found.organisation == replace(Organisation(), name="Name")
    assert found.meeting_topics["loan"] == MeetingTopic("loan", "Name")
    assert found.customer_types["private"] == CustomerType("private", "Name")
    assert found.locations["A"] == Location("A", "Name")
    anna = found.employees["anna"]
    assert (anna.max_meetings_per_day, anna.week_plans) == (None, ())


def test_a_cold_container_makes_one_call_and_a_warm_one_none(
    table: Table, container: Configurations, counting: Counting
) -> None:
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    container.current(NOW)
    assert counting.calls == ["query"]

    container.current(NOW + FRESH_SECONDS - 1)
    assert counting.calls == ["query"]


def test_a_warm_container_asks_for_the_version_only(container: Configurations, counting: Counting) -> None:
    for step in range(3):
        container.current(NOW + step * FRESH_SECONDS)
    counting.calls.clear()
    container.current(NOW + 3 * FRESH_SECONDS)
    assert counting.calls == ["get_item"]

    container.documents(NOW + 3 * FRESH_SECONDS)
    assert counting.calls == ["get_item"] * 2


def test_a_change_is_seen_within_seconds(table: Table, container: Configurations) -> None:
    container.current(NOW)
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")
    assert "private" in container.current(NOW + FRESH_SECONDS).customer_types

    remove(table, Kind.CUSTOMER_TYPES, "private")
    assert container.current(NOW + 2 * FRESH_SECONDS).customer_types == {}


def test_a_reader_of_the_newest_version_sees_a_change_at_once(table: Table, container: Configurations) -> None:
    container.documents(NOW)
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")

    assert "private" in container.documents(NOW).of(Kind.CUSTOMER_TYPES)


def test_a_document_that_became_visible_after_its_version_is_seen_in_the_end(
    table: Table, container: Configurations
) -> None:
    table.transact([configuration_items.raise_version(0, CHANGE)])
    container.current(NOW)
    late = Stored({"id": "private", "name": "Private"}, 1)
    table.transact([configuration_items.put(Kind.CUSTOMER_TYPES, "private", late)])

    assert "private" in container.current(NOW + FRESH_SECONDS).customer_types


def test_a_clock_that_was_set_back_does_not_keep_a_copy_fresh(table: Table, container: Configurations) -> None:
    container.current(NOW)
    store(table, Kind.CUSTOMER_TYPES, "private", name="Private")

    assert "private" in container.current(NOW - 3600).customer_types


def test_two_changes_that_rest_on_one_version_are_not_both_made(table: Table) -> None:
    for id in ("first", "second"):
        table.transact(
            [
                configuration_items.raise_version(0 if id == "first" else 1, CHANGE),
                configuration_items.put(Kind.CUSTOMER_TYPES, id, Stored({"id": id, "name": id}, 1)),
            ]
        )
    for read in (0, 1):
        with pytest.raises(Collision):
            table.transact(
                [
                    configuration_items.raise_version(read, CHANGE),
                    configuration_items.delete(Kind.CUSTOMER_TYPES, "first"),
                ]
            )
    assert sorted(configuration_items.read(table).of(Kind.CUSTOMER_TYPES)) == ["first", "second"]


def test_ids_of_any_script_and_with_separators_come_back(table: Table) -> None:
    for id in ("a#b", "..x", "æøå 你好", "#VERSION"):
        store(table, Kind.CUSTOMER_TYPES, id, name="X")

    assert sorted(loaded(table).customer_types) == sorted(("a#b", "..x", "æøå 你好", "#VERSION"))
