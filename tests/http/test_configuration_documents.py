from collections.abc import Mapping
from typing import Any

import pytest

from booking.domain.documents import KINDS, ORGANISATION_ID, Document, Documents, Kind, Stored
from booking.domain.errors import Fault, InvalidRequest
from booking.http.configuration_documents import document_of

EXAMPLES: Mapping[Kind, dict[str, Any]] = {
    Kind.ORGANISATION: {
        "name": "Example Bank",
        "timeZone": "Europe/Copenhagen",
        "openingTime": "08:00",
        "closingTime": "18:00",
        "slotInterval": 30,
        "defaultMeetingDuration": 60,
        "defaultLookForward": "7.00:00:00",
        "bookingHorizonDays": 90,
        "buffer": 15,
        "workingTimeBuffer": "02:00:00",
        "maxMeetingTimePerDay": None,
        "closingDays": ["2026-12-25", {"from": "2026-12-31", "to": "2027-01-01"}],
        "reservationLifetime": 5,
        "retentionDays": 365,
        "priorityRules": [
            {"type": "Explicit"},
            {"type": "ServiceGroup", "label": "VIP"},
            {"type": "Local"},
            {"type": "ServiceGroup"},
        ],
        "icalTitle": "{topic} with {employee}",
        "icalDescription": "",
        "organizer": {"name": "Example Bank", "email": "booking@example.com"},
    },
    Kind.LOCATIONS: {"name": "Copenhagen, City Hall Square", "address": "…", "roomPolicy": "required"},
    Kind.CUSTOMER_TYPES: {"name": "Private"},
    Kind.MEETING_TOPICS: {
        "name": "Mortgage",
        "availableToCustomers": True,
        "customerTypeIds": ["private"],
        "meetingTypes": ["Physical", "Online"],
        "duration": 60,
    },
    Kind.ROOMS: {
        "name": "Tivoli",
        "location": "Copenhagen",
        "capacity": 4,
        "features": ["screen"],
        "bookable": True,
    },
    Kind.EMPLOYEES: {
        "name": "Anna Holm",
        "email": "anna@example.com",
        "phone": "+45…",
        "locations": ["Copenhagen"],
        "canBeBooked": True,
        "onlyExplicitlyAvailable": False,
        "maxMeetingTimePerDay": "04:00:00",
        "skills": {"topicIds": ["mortgage"], "customerTypeIds": ["private"]},
        "workdays": {
            "monday": [
                {"from": "08:00", "to": "12:00", "location": "Copenhagen", "meetingTypes": ["Physical", "Online"]},
                {"from": "13:00", "to": "16:00", "location": "Copenhagen", "meetingTypes": ["Online"]},
            ]
        },
        "extraAvailability": [{"start": "2026-12-01T16:00", "end": "2026-12-01T18:00"}],
        "absences": [{"start": "2026-12-07", "end": "2026-12-09", "blocking": True}],
        "workingElsewhere": [{"from": "2026-12-14", "to": "2026-12-14", "location": "Aarhus"}],
        "timeZone": None,
    },
    Kind.COMPETENCE_GROUPS: {
        "name": "Finance",
        "employeeIds": ["anna"],
        "topicIds": ["finance"],
        "customerTypeIds": [],
        "subGroupIds": ["mortgage-team"],
        "labels": [],
    },
    Kind.SERVICE_GROUPS: {
        "name": "National mortgage team",
        "membershipEmail": "team@example.com",
        "employeeIds": [],
        "competenceGroupIds": ["finance"],
        "trigger": {"topicIds": ["mortgage"], "customerTypeIds": [], "customerLocations": []},
        "serviceLevel": {"meetingTypes": ["Online", "Telephone"], "locations": []},
        "maxMeetingTimePerDay": "05:00:00",
        "labels": ["VIP"],
    },
    Kind.WEBHOOKS: {
        "url": "https://crm.example.com/hooks/booking",
        "events": ["MeetingCreated", "MeetingCancelled"],
        "enabled": True,
        "description": "Customer records",
    },
}
"""The examples of the API's configuration documents."""


def known(**documents: Document) -> Documents:
    """What those examples refer to, and `documents` besides: `rooms={"a": …}` by kind with underscores."""
    by_kind: dict[Kind, dict[str, Stored]] = {
        Kind.CUSTOMER_TYPES: {"private": Stored({"id": "private"}, 1)},
        Kind.MEETING_TOPICS: {id: Stored({"id": id}, 1) for id in ("mortgage", "finance")},
        Kind.EMPLOYEES: {"anna": Stored({"id": "anna"}, 1)},
        Kind.COMPETENCE_GROUPS: {id: Stored({"id": id, "subGroupIds": []}, 1) for id in ("finance", "mortgage-team")},
    }
    for name, added in documents.items():
        kind = Kind(name.replace("_", "-"))
        by_kind[kind] = by_kind.get(kind, {}) | {id: Stored(document, 1) for id, document in added.items()}
    return Documents(1, by_kind)


def in_zone(zone: str) -> Documents:
    return known(organisation={ORGANISATION_ID: {"timeZone": zone}})


def changed(kind: Kind, *, documents: Documents | None = None, id: str = "x", **fields: Any) -> Document:
    """The example of that kind with other fields, as it is kept."""
    return document_of(kind, id, EXAMPLES[kind] | fields, documents or known())


def faults(kind: Kind, *, documents: Documents | None = None, id: str = "x", **fields: Any) -> list[Fault]:
    with pytest.raises(InvalidRequest) as caught:
        changed(kind, documents=documents, id=id, **fields)
    return list(caught.value.faults)


def places(kind: Kind, **fields: Any) -> list[str]:
    return [fault.where for fault in faults(kind, **fields)]


def groups(*edges: str) -> Mapping[str, Document]:
    """Competence groups from "a>b" (b is a sub-group of a)."""
    found: dict[str, dict[str, Any]] = {}
    for edge in edges:
        above, below = edge.split(">")
        for id in (above, below):
            found.setdefault(id, {"id": id, "subGroupIds": []})
        found[above]["subGroupIds"].append(below)
    return found


@pytest.mark.parametrize("kind", Kind)
def test_the_example_of_each_kind_is_accepted_and_kept_as_itself(kind: Kind) -> None:
    document = document_of(kind, "x", EXAMPLES[kind], known())

    assert document_of(kind, "x", document, known()) == document


def test_an_organisation_is_given_back_in_one_form() -> None:
    document = changed(Kind.ORGANISATION, buffer="PT15M", maxMeetingTimePerDay=240, closingTime="24:00")

    assert document["buffer"] == "00:15:00"
    assert document["maxMeetingTimePerDay"] == "04:00:00"
    assert document["defaultLookForward"] == "7.00:00:00"
    assert document["closingTime"] == "24:00"
    assert document["priorityRules"][1] == {"type": "ServiceGroup", "label": "VIP"}


def test_priority_rules_that_are_left_out_or_empty_are_the_default_ones() -> None:
    default = [{"type": type, "label": None} for type in ("Explicit", "Local", "ServiceGroup")]

    assert changed(Kind.ORGANISATION, priorityRules=[])["priorityRules"] == default
    assert document_of(Kind.ORGANISATION, ORGANISATION_ID, {}, Documents())["priorityRules"] == default


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.WEBHOOKS])
def test_only_a_name_is_needed(kind: Kind) -> None:
    body = {"name": "X"} | ({"location": "here"} if kind is Kind.ROOMS else {})

    assert document_of(kind, "x", body, Documents())["id"] == "x"
    with pytest.raises(InvalidRequest):
        document_of(kind, "x", body | {"name": ""}, Documents())


def test_skills_that_are_left_out_stay_out() -> None:
    assert document_of(Kind.EMPLOYEES, "x", {"name": "X"}, Documents())["skills"] is None


@pytest.mark.parametrize("kind", Kind)
def test_a_field_that_no_document_has_is_refused(kind: Kind) -> None:
    assert places(kind, colour="red") == ["body.colour"]


def test_date_times_without_an_offset_are_the_organisations_and_become_utc() -> None:
    sent = [{"start": "2026-12-01T16:00", "end": "2026-12-01T18:00"}]
    document = changed(Kind.EMPLOYEES, documents=in_zone("America/New_York"), extraAvailability=sent)

    assert document["extraAvailability"] == [{"start": "2026-12-01T21:00:00Z", "end": "2026-12-01T23:00:00Z"}]


def test_an_employee_with_a_time_zone_of_its_own_is_read_in_it() -> None:
    sent = [{"start": "2026-12-01T16:00", "end": "2026-12-01T18:00"}]
    document = changed(
        Kind.EMPLOYEES, documents=in_zone("America/New_York"), extraAvailability=sent, timeZone="Asia/Kathmandu"
    )

    assert document["extraAvailability"][0]["start"] == "2026-12-01T10:15:00Z"


def test_dates_of_an_absence_stay_dates_and_date_times_become_utc() -> None:
    sent = [{"start": "2026-12-07", "end": "2026-12-07"}, {"start": "2026-12-08T12:00", "end": "2026-12-08"}]
    document = changed(Kind.EMPLOYEES, absences=sent)

    assert document["absences"] == [
        {"start": "2026-12-07", "end": "2026-12-07", "blocking": True},
        {"start": "2026-12-08T11:00:00Z", "end": "2026-12-08", "blocking": True},
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-12-09", "2026-12-08"), ("2026-12-09T10:00", "2026-12-09T10:00"), ("2026-12-09T10:00", "2026-12-08")],
)
def test_an_absence_that_ends_before_it_starts_is_refused(start: str, end: str) -> None:
    assert places(Kind.EMPLOYEES, absences=[{"start": start, "end": end}]) == ["body.absences[0].end"]


def test_windows_that_overlap_are_refused_and_windows_that_touch_are_not() -> None:
    lunch = [{"from": "12:00", "to": "16:00"}, {"from": "08:00", "to": "12:00"}]
    overlapping = [{"from": "11:59", "to": "16:00"}, {"from": "08:00", "to": "12:00"}]

    changed(Kind.EMPLOYEES, workdays={"monday": lunch, "tuesday": lunch})
    assert places(Kind.EMPLOYEES, workdays={"monday": lunch, "tuesday": overlapping}) == ["body.workdays.tuesday"]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"workdays": {"monday": [{"from": "12:00", "to": "12:00"}]}}, "body.workdays.monday[0].to"),
        ({"workdays": {"monday": [{"from": "12:00"}]}}, "body.workdays.monday[0].to"),
        ({"workdays": {"someday": []}}, "body.workdays.someday"),
        ({"weekPlans": [{"weeks": "third"}]}, "body.weekPlans[0].weeks"),
        ({"weekPlans": [{"validFrom": "2026-12-02", "validTo": "2026-12-01"}]}, "body.weekPlans[0].validTo"),
        ({"weekPlans": [{"workdays": {"monday": [{"from": "12:00"}]}}]}, "body.weekPlans[0].workdays.monday[0].to"),
        ({"workdays": {"monday": [{"from": "8", "to": "9", "x": 1}]}}, "body.workdays.monday[0].x"),
        (
            {"workingElsewhere": [{"from": "2026-12-14", "to": "2026-12-13", "location": "a"}]},
            "body.workingElsewhere[0].to",
        ),
        ({"extraAvailability": [{"start": "2026-12-02", "end": "2026-12-01"}]}, "body.extraAvailability[0].end"),
        (
            {"extraAvailability": [{"start": "2026-03-29T02:30", "end": "2026-04-01"}]},
            "body.extraAvailability[0].start",
        ),
        ({"timeZone": "Mars/Olympus"}, "body.timeZone"),
        ({"email": "anna"}, "body.email"),
        ({"email": "a@b\r\nX: y"}, "body.email"),
        ({"name": "two\nlines"}, "body.name"),
        ({"name": "\ud800"}, "body.name"),
        ({"phone": 5}, "body.phone"),
        ({"canBeBooked": "yes"}, "body.canBeBooked"),
        ({"locations": ["a", "a"]}, "body.locations"),
        ({"locations": "a"}, "body.locations"),
        ({"maxMeetingTimePerDay": "25:00:00"}, "body.maxMeetingTimePerDay"),
        ({"skills": {"topicIds": ["nothing"]}}, "body.skills.topicIds[0]"),
        ({"skills": {"customerTypeIds": ["private", "nobody"]}}, "body.skills.customerTypeIds[1]"),
    ],
)
def test_each_fault_of_an_employee_is_found_at_its_place(fields: dict[str, Any], place: str) -> None:
    assert place in places(Kind.EMPLOYEES, **fields)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"timeZone": "Europe/Atlantis"}, "body.timeZone"),
        ({"openingTime": "18:00"}, "body.closingTime"),
        ({"openingTime": "24:00"}, "body.openingTime"),
        ({"closingTime": "00:00"}, "body.closingTime"),
        ({"slotInterval": 0}, "body.slotInterval"),
        ({"slotInterval": "1.00:01:00"}, "body.slotInterval"),
        ({"bookingHorizonDays": 0}, "body.bookingHorizonDays"),
        ({"bookingHorizonDays": True}, "body.bookingHorizonDays"),
        ({"bookingHorizonDays": "90"}, "body.bookingHorizonDays"),
        ({"buffer": -5}, "body.buffer"),
        ({"reservationLifetime": 0}, "body.reservationLifetime"),
        ({"retentionDays": 0}, "body.retentionDays"),
        ({"closingDays": ["Christmas"]}, "body.closingDays[0]"),
        ({"closingDays": [{"from": "2027-01-01", "to": "2026-12-31"}]}, "body.closingDays[0].to"),
        ({"priorityRules": [{"type": "Best"}]}, "body.priorityRules[0].type"),
        ({"priorityRules": [{"type": "Local", "label": "VIP"}]}, "body.priorityRules[0].label"),
        ({"organizer": {"email": "nowhere"}}, "body.organizer.email"),
    ],
)
def test_each_fault_of_an_organisation_is_found_at_its_place(fields: dict[str, Any], place: str) -> None:
    assert places(Kind.ORGANISATION, **fields) == [place]


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        (Kind.ROOMS, {"capacity": 0}, "body.capacity"),
        (Kind.ROOMS, {"location": None}, "body.location"),
        (Kind.LOCATIONS, {"roomPolicy": "maybe"}, "body.roomPolicy"),
        (Kind.MEETING_TOPICS, {"customerTypeIds": ["nobody"]}, "body.customerTypeIds[0]"),
        (Kind.MEETING_TOPICS, {"meetingTypes": ["online", "Online"]}, "body.meetingTypes"),
        (Kind.MEETING_TOPICS, {"duration": 0}, "body.duration"),
        (Kind.COMPETENCE_GROUPS, {"employeeIds": ["nobody"]}, "body.employeeIds[0]"),
        (Kind.COMPETENCE_GROUPS, {"topicIds": ["nothing"]}, "body.topicIds[0]"),
        (Kind.COMPETENCE_GROUPS, {"subGroupIds": ["nobody"]}, "body.subGroupIds[0]"),
        (Kind.SERVICE_GROUPS, {"competenceGroupIds": ["nobody"]}, "body.competenceGroupIds[0]"),
        (Kind.SERVICE_GROUPS, {"trigger": {"topicIds": ["nothing"]}}, "body.trigger.topicIds[0]"),
        (Kind.SERVICE_GROUPS, {"serviceLevel": {"meetingTypes": ["Chat"]}}, "body.serviceLevel.meetingTypes[0]"),
    ],
)
def test_each_fault_of_the_other_kinds_is_found_at_its_place(kind: Kind, fields: dict[str, Any], place: str) -> None:
    assert places(kind, **fields) == [place]


def test_faults_of_form_and_unknown_references_are_listed_together() -> None:
    assert places(Kind.COMPETENCE_GROUPS, name=5, topicIds=["nothing", 5]) == [
        "body.name",
        "body.topicIds[1]",
        "body.topicIds[0]",
    ]


def test_the_locations_of_a_document_need_not_be_configured() -> None:
    assert changed(Kind.ROOMS, location="Nowhere")["location"] == "Nowhere"


def test_a_group_cannot_be_its_own_sub_group() -> None:
    assert places(Kind.COMPETENCE_GROUPS, id="finance", subGroupIds=["finance"]) == ["body.subGroupIds"]
    assert places(Kind.COMPETENCE_GROUPS, id="new", subGroupIds=["new"]) == ["body.subGroupIds"]


def test_a_cycle_of_groups_is_refused() -> None:
    documents = known(competence_groups=groups("b>c", "c>a"))

    assert places(Kind.COMPETENCE_GROUPS, documents=documents, id="a", subGroupIds=["b"]) == ["body.subGroupIds"]


def test_groups_have_five_levels_and_no_sixth() -> None:
    below = known(competence_groups=groups("2>3", "3>4", "4>5"))
    changed(Kind.COMPETENCE_GROUPS, documents=below, id="1", subGroupIds=["2"])

    around = known(competence_groups=groups("1>2", "2>3", "4>5", "5>6"))
    (fault,) = faults(Kind.COMPETENCE_GROUPS, documents=around, id="3", subGroupIds=["4"])
    assert fault.sent == "6 levels"


def test_a_group_may_be_reached_in_two_ways() -> None:
    documents = known(competence_groups=groups("b>d", "c>d"))

    changed(Kind.COMPETENCE_GROUPS, documents=documents, id="a", subGroupIds=["b", "c"])


NAMES = ["a\u00a0b", "\u3000Yoko", "zero\u200cwidth\u200djoiner", "soft\u00adhyphen", "narrow\u202fspace", "mark\u200e"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_texts_are_kept_as_they_were_sent(name: str) -> None:
    room = document_of(Kind.ROOMS, "r", {"name": name, "location": name, "features": [name]}, Documents())

    assert (room["name"], room["location"], room["features"]) == (name, name, [name])


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("a\x07b", "text without control characters; character 2 is U+0007"),
        ("a\nb", "text without line breaks; character 2 is U+000A"),
        ("a\u2028b", "text without line separators; character 2 is U+2028"),
        ("a\u2029b", "text without paragraph separators; character 2 is U+2029"),
        ("\ud83db", "text without lone surrogates; character 1 is U+D83D"),
        ("\u3000", "text of 1 to 200 characters"),
    ],
    ids=ascii,
)
def test_a_character_that_is_no_text_is_refused_by_its_name(name: str, accepted: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        document_of(Kind.CUSTOMER_TYPES, "c", {"name": name}, Documents())

    assert [fault.accepted for fault in caught.value.faults] == [accepted]


def test_a_description_may_have_several_lines() -> None:
    body = {"icalDescription": "one\r\ntwo\n\tthree"}

    assert document_of(Kind.ORGANISATION, ORGANISATION_ID, body, Documents())["icalDescription"] == "one\ntwo\n\tthree"


def test_two_ways_to_write_an_id_are_one_id() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    room = document_of(Kind.ROOMS, composed, {"id": decomposed, "name": "R", "location": decomposed}, Documents())

    assert (room["id"], room["location"]) == (composed, composed)


@pytest.mark.parametrize(("name", "sent"), [("surprise", "x"), ("CPR", None), ("cpr", None)])
def test_an_unknown_field_is_reported_with_what_was_sent_unless_it_is_personal(name: str, sent: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        document_of(Kind.CUSTOMER_TYPES, "c", {"name": "C", name: "x"}, Documents())

    assert caught.value.faults == (Fault(f"body.{name}", sent, "no field of this name"),)


def test_a_document_may_be_sent_back_with_the_later_names_that_lists_have() -> None:
    body = {"name": "R", "location": "l", "displayName": "R", "canBeBooked": True}

    assert "displayName" not in document_of(Kind.ROOMS, "r", body, Documents())


def test_a_webhook_needs_a_url_and_events_and_is_enabled_unless_said() -> None:
    body = {"url": "https://crm.example.com/", "events": ["*"]}
    assert document_of(Kind.WEBHOOKS, "x", body, Documents()) == body | {"id": "x", "enabled": True, "description": ""}
    with pytest.raises(InvalidRequest) as caught:
        document_of(Kind.WEBHOOKS, "x", {}, Documents())
    assert [fault.where for fault in caught.value.faults] == ["body.url", "body.events"]


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0x7f.1/",
        "https://user:word@crm.example.com/",
        "crm.example.com",
        "",
        7,
    ],
)
def test_a_webhook_is_not_sent_to_an_address_inside(url: object) -> None:
    assert places(Kind.WEBHOOKS, url=url) == ["body.url"]


@pytest.mark.parametrize(
    ("events", "where"),
    [
        (["MeetingCreated", "MeetingMoved"], "body.events[1]"),
        (["Ping"], "body.events[0]"),
        ([7], "body.events[0]"),
        ([], "body.events"),
        (["*", "*"], "body.events"),
        ("*", "body.events"),
    ],
)
def test_a_webhook_asks_for_events_that_exist(events: object, where: str) -> None:
    assert places(Kind.WEBHOOKS, events=events) == [where]


def test_names_of_events_are_taken_in_any_case() -> None:
    assert changed(Kind.WEBHOOKS, events=["meetingcreated"])["events"] == ["MeetingCreated"]


DANISH_AND_ENGLISH = known(organisation={ORGANISATION_ID: {"locales": ["da-DK", "en-GB"]}})


@pytest.mark.parametrize("kind", [Kind.MEETING_TOPICS, Kind.CUSTOMER_TYPES, Kind.LOCATIONS])
def test_a_name_is_translated_into_locales_that_are_enabled(kind: Kind) -> None:
    names = {"da-dk": " Boligrådgivning ", "EN-gb": "Housing advisory"}
    document = changed(kind, documents=DANISH_AND_ENGLISH, localizedName=names)

    assert document["localizedName"] == {"da-DK": "Boligrådgivning", "en-GB": "Housing advisory"}


@pytest.mark.parametrize("kind", [Kind.MEETING_TOPICS, Kind.CUSTOMER_TYPES, Kind.LOCATIONS])
def test_a_translation_into_another_locale_is_refused(kind: Kind) -> None:
    accepted = "a locale that the organisation has enabled: da-DK, en-GB"

    assert faults(kind, documents=DANISH_AND_ENGLISH, localizedName={"da": "x", "en-GB": "y"}) == [
        Fault("body.localizedName.da", "da", accepted)
    ]
    assert faults(kind, localizedName={"da-DK": "x"}) == [
        Fault("body.localizedName.da-DK", "da-DK", "a locale that the organisation has enabled: none")
    ]


@pytest.mark.parametrize(
    ("names", "where"),
    [
        ({"da-DK": ""}, "body.localizedName.da-DK"),
        ({"da-DK": "x" * 201}, "body.localizedName.da-DK"),
        ({"da-DK": None}, "body.localizedName.da-DK"),
        ({"da_DK": "x"}, "body.localizedName.da_DK.[key]"),
        ({"da-DK": "x", "da-dk": "y"}, "body.localizedName"),
        (["x"], "body.localizedName"),
    ],
)
def test_a_translation_that_is_no_text_in_one_locale_is_refused(names: object, where: str) -> None:
    [fault] = faults(Kind.MEETING_TOPICS, documents=DANISH_AND_ENGLISH, localizedName=names)

    assert fault.where == where


def test_an_organisations_calendar_texts_are_translated_into_its_own_locales() -> None:
    document = changed(
        Kind.ORGANISATION,
        locales=["da-DK", "zh-hant-tw"],
        localizedIcalTitle={"da-dk": "{topic} hos {employee}"},
        localizedIcalDescription={"zh-Hant-TW": "a\nb"},
    )

    assert document["locales"] == ["da-DK", "zh-Hant-TW"]
    assert document["localizedIcalTitle"] == {"da-DK": "{topic} hos {employee}"}
    assert document["localizedIcalDescription"] == {"zh-Hant-TW": "a\nb"}
    texts = {"localizedIcalTitle": {"de-DE": "x"}, "localizedIcalDescription": {"da": "y"}}
    assert places(Kind.ORGANISATION, documents=DANISH_AND_ENGLISH, locales=["de-AT"], **texts) == [
        "body.localizedIcalTitle.de-DE",
        "body.localizedIcalDescription.da",
    ]


def test_a_locale_is_enabled_once() -> None:
    assert places(Kind.ORGANISATION, locales=["da-DK", "DA-dk"]) == ["body.locales"]
