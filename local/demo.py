"""A demo organisation: a bank with three branches, loaded through the API's own administration calls."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from local.failure import Failure
from local.sign_in import Stack, client_token

type Document = dict[str, Any]

CUSTOMERS = ("67890", "24680")
"""The customers' user names, which are their ids."""

EMPLOYEES = {"employee": ("staff",), "administrator": ("staff", "admin")}
"""The employees who can sign in, by user name, with their user-pool groups."""

HORIZON_DAYS = 90

LOCATIONS: dict[str, Document] = {
    "Copenhagen": {
        "name": "Copenhagen, City Hall Square",
        "localizedName": {"da-DK": "København, Rådhuspladsen", "de-DE": "Kopenhagen, Rathausplatz"},
        "address": "Rådhuspladsen 1, 1550 København V",
    },
    "Aarhus": {"name": "Aarhus, Harbour", "address": "Havnegade 12, 8000 Aarhus C"},
    "Odense": {"name": "Odense, Flakhaven", "address": "Flakhaven 2, 5000 Odense C"},
}
ROOM_POLICIES = {"Copenhagen": "required", "Aarhus": "optional", "Odense": "none"}

CUSTOMER_TYPES: dict[str, Document] = {
    "private": {"name": "Private", "localizedName": {"da-DK": "Privat", "de-DE": "Privat"}},
    "business": {"name": "Business", "localizedName": {"da-DK": "Erhverv", "de-DE": "Geschäftlich"}},
    "youth": {"name": "Youth", "localizedName": {"da-DK": "Ung", "de-DE": "Jugend"}},
}

MEETING_TOPICS: dict[str, Document] = {
    "mortgage": {
        "name": "Mortgage",
        "localizedName": {"da-DK": "Boliglån", "en-GB": "Mortgage", "de-DE": "Baufinanzierung"},
        "customerTypeIds": ["private"],
        "meetingTypes": ["Physical", "Online"],
    },
    "pension": {
        "name": "Pension",
        "localizedName": {"da-DK": "Pension", "en-GB": "Pension", "de-DE": "Altersvorsorge"},
        "customerTypeIds": ["private", "business"],
    },
    "investment": {"name": "Investment", "meetingTypes": ["Physical", "Online", "Telephone"], "duration": 45},
    "first-account": {"name": "A first account", "customerTypeIds": ["youth"], "duration": 30},
    "business-loan": {
        "name": "Business loan",
        "customerTypeIds": ["business"],
        "duration": 90,
        "cancelNotice": "1.00:00:00",
        "changeNotice": "1.00:00:00",
        "bookableFrom": "1.00:00:00",
        "bufferAfter": 30,
        "maxUpcomingMeetings": 20,
    },
    "first-home": {
        "name": "Buying a first home",
        "localizedName": {
            "da-DK": "Køb af første bolig",
            "en-GB": "Buying a first home",
            "de-DE": "Das erste Eigenheim",
        },
        "customerTypeIds": ["private", "youth"],
        "meetingTypes": ["Physical", "Online"],
        "seats": 8,
        "bufferBefore": 30,
        "longestMeeting": 120,
    },
    "annual-review": {"name": "Annual review", "availableToCustomers": False},
}

ROOMS: dict[str, Document] = {
    "cph-1": {"name": "Tivoli", "location": "Copenhagen", "capacity": 4, "features": ["screen"]},
    "cph-2": {"name": "Nyhavn", "location": "Copenhagen", "capacity": 2},
    "cph-3": {"name": "Amalienborg", "location": "Copenhagen", "capacity": 10, "features": ["screen", "video"]},
    "cph-archive": {"name": "The archive", "location": "Copenhagen", "capacity": 2, "bookable": False},
    "aar-1": {"name": "Moesgaard", "location": "Aarhus", "capacity": 4, "features": ["screen"]},
    "aar-2": {"name": "Marselis", "location": "Aarhus", "capacity": 6, "features": ["video"]},
    "ode-1": {"name": "Andersen", "location": "Odense", "capacity": 3},
    "ode-2": {"name": "Fyn", "location": "Odense", "capacity": 8, "features": ["screen"]},
}

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
FACE_TO_FACE = ["Physical", "Online"]
AT_A_DISTANCE = ["Online", "Telephone"]


def window(start: str, end: str, location: str, *types: str) -> Document:
    return {"from": start, "to": end, "location": location, "meetingTypes": list(types)}


def week(*windows: Document, days: tuple[str, ...] = WEEKDAYS) -> Document:
    return {day: list(windows) for day in days}


def split_day(location: str) -> list[Document]:
    """Physical meetings in the morning, others in the afternoon, and a lunch break."""
    return [window("08:00", "12:00", location, *FACE_TO_FACE), window("13:00", "16:00", location, *AT_A_DISTANCE)]


def employees(today: date) -> dict[str, Document]:
    """Twelve people with different weeks, skills and absences; dates lie in the weeks after `today`."""
    monday = today + timedelta(days=7 - today.weekday())

    def day(offset: int) -> str:
        return (monday + timedelta(days=offset)).isoformat()

    holiday = {"start": day(7), "end": day(11), "blocking": True}
    training = {"start": f"{day(2)}T08:00", "end": f"{day(2)}T12:00", "blocking": True}
    people: dict[str, Document] = {
        "anna": {
            "locations": ["Copenhagen"],
            "workdays": week(*split_day("Copenhagen")),
            "skills": {"topicIds": ["mortgage", "pension"], "customerTypeIds": ["private"]},
            "maxMeetingTimePerDay": "05:00:00",
        },
        "bo": {
            "locations": ["Copenhagen"],
            "workdays": week(window("09:00", "17:00", "Copenhagen")),
            "absences": [holiday],
        },
        "clara": {
            "locations": ["Copenhagen", "Aarhus"],
            "workdays": week(window("08:00", "16:00", "Copenhagen"), days=("monday", "tuesday"))
            | week(window("10:00", "18:00", "Aarhus"), days=("wednesday", "thursday")),
        },
        "david": {
            "locations": ["Copenhagen"],
            "workdays": week(window("08:00", "11:30", "Copenhagen"), window("12:00", "15:00", "Copenhagen")),
            "skills": {"topicIds": ["investment", "pension"], "customerTypeIds": ["private", "business"]},
            "absences": [training],
        },
        "emma": {
            "locations": ["Copenhagen"],
            "workdays": week(window("12:00", "18:00", "Copenhagen", *AT_A_DISTANCE)),
            "extraAvailability": [{"start": f"{day(1)}T18:00", "end": f"{day(1)}T20:00"}],
        },
        "frederik": {
            "locations": ["Aarhus"],
            "workdays": week(*split_day("Aarhus")),
            "skills": {"topicIds": ["mortgage", "first-account"], "customerTypeIds": ["private", "youth"]},
        },
        "grethe": {
            "locations": ["Aarhus"],
            "workdays": week(window("08:00", "16:00", "Aarhus"), days=("monday", "wednesday", "friday")),
            "workingElsewhere": [{"from": day(2), "to": day(2), "location": "Odense"}],
        },
        "hassan": {
            "locations": ["Aarhus"],
            "workdays": week(window("09:00", "15:00", "Aarhus", "Physical", "Online", "OffSite")),
            "maxMeetingsPerDay": 5,
            "skills": {"topicIds": ["business-loan", "investment"], "customerTypeIds": ["business"]},
            "maxMeetingTimePerDay": "04:00:00",
        },
        "ida": {
            "locations": ["Odense"],
            "workdays": week(window("08:30", "12:00", "Odense"), window("12:30", "16:30", "Odense")),
        },
        "jens": {
            "locations": ["Odense"],
            "workdays": week(window("10:00", "18:00", "Odense"), days=("tuesday", "thursday")),
            "weekPlans": [{"weeks": "even", "workdays": week(window("08:00", "14:00", "Odense"), days=("thursday",))}],
            "absences": [holiday],
        },
        "karen": {
            "locations": ["Odense"],
            "workdays": week(window("08:00", "16:00", "Odense")),
            "onlyExplicitlyAvailable": True,
        },
        "lars": {"locations": ["Odense"], "workdays": {}, "canBeBooked": False},
    }
    surnames = ["Holm", "Lund", "Kjær", "Berg", "Dahl", "Friis", "Møller", "Ali", "Skov", "Bech", "Juhl", "Winther"]
    for number, (id, surname) in enumerate(zip(people, surnames, strict=True)):
        name = f"{id.capitalize()} {surname}"
        people[id] |= {"name": name, "email": f"{id}@example.com", "phone": f"+45 70 10 20 {number:02}"}
    return people


def organisation(today: date) -> Document:
    new_year = date(today.year + 1, 1, 1)
    christmas = date(today.year, 12, 25)
    return {
        "name": "Example Bank",
        "timeZone": "Europe/Copenhagen",
        "openingTime": "08:00",
        "closingTime": "18:00",
        "slotInterval": 30,
        "defaultMeetingDuration": 60,
        "defaultLookForward": "7.00:00:00",
        "bookingHorizonDays": HORIZON_DAYS,
        "buffer": 15,
        "workingTimeBuffer": "02:00:00",
        "closingDays": [
            {"from": (christmas - timedelta(days=1)).isoformat(), "to": (christmas + timedelta(days=1)).isoformat()},
            {"from": (new_year - timedelta(days=1)).isoformat(), "to": new_year.isoformat()},
        ],
        "reservationLifetime": 5,
        "maxHolds": 3,
        "overlapForCustomer": False,
        "waitlistHold": "00:30:00",
        "locales": ["da-DK", "en-GB", "de-DE"],
        "icalTitle": "{topic} with {employee}",
        "localizedIcalTitle": {"da-DK": "{topic} med {employee}", "de-DE": "{topic} mit {employee}"},
        "organizer": {"name": "Example Bank", "email": "booking@example.com"},
    }


def documents(today: date) -> Iterator[tuple[str, Document]]:
    """Every document with its path. A document comes after those that it refers to."""
    yield "organisation", organisation(today)
    for id, location in LOCATIONS.items():
        yield f"locations/{id}", location | {"roomPolicy": ROOM_POLICIES[id]}
    for id, customer_type in CUSTOMER_TYPES.items():
        yield f"customer-types/{id}", customer_type
    for id, topic in MEETING_TOPICS.items():
        yield f"meeting-topics/{id}", topic
    for id, room in ROOMS.items():
        yield f"rooms/{id}", room
    for id, employee in employees(today).items():
        yield f"employees/{id}", employee


def load(stack: Stack, configuration: Iterable[tuple[str, Document]] | None = None) -> Iterator[str]:
    """Puts every document, the demo's unless others are given, and yields the path of each once it is stored.

    Raises Failure with the answer to the first that is refused.
    """
    headers = {"Authorization": f"Bearer {client_token(stack, 'admin')}"}
    with httpx.Client(base_url=stack["apiUrl"], headers=headers, trust_env=False, timeout=60) as api:
        for path, document in configuration or documents(datetime.now(UTC).date()):
            answer = api.put(f"/config/{path}", json=document)
            if answer.is_error:
                raise Failure(f"{path} was refused: {answer.text}")
            yield path
