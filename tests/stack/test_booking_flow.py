"""The booking flow of the API's documentation, over HTTP from its first call to its last."""

import uuid
from datetime import datetime
from typing import Any

import pytest

from tests.calendar.conftest import Parse, ical_js, parse, parse_event, read_by_ical_js
from tests.stack.conftest import Api, Callers

__all__ = ["ical_js", "parse", "parse_event", "read_by_ical_js"]

type Json = dict[str, Any]

MORTGAGE_IN_COPENHAGEN = {
    "requireEmployeeParticipation": "false",
    "theme": "mortgage",
    "customerCategoryId": "private",
    "meetingTypes": "physical",
    "customerLocation": "Copenhagen",
    "requireRoom": "true",
    "lookForwardTime": "P14D",
}


def offers(api: Api) -> list[Json]:
    found: list[Json] = api.get("/bookme/time-slots/available", **MORTGAGE_IN_COPENHAGEN).json()
    assert found
    return found


def reservation(offer: Json, token: str | None = None) -> Json:
    slot = {name: offer[name] for name in ("startDate", "endDate", "employeeId", "roomId")}
    return {"timeSlot": slot | {"status": "Reserved"}, "token": token or str(uuid.uuid4())}


def meeting(slot: Json, customer_id: str | None = None) -> Json:
    """The body of a meeting, for a customer who has no other if none is given."""
    return {
        "bookedBy": "customer",
        "customerCategoryId": "private",
        "timeSlotId": slot["id"],
        "type": "physical",
        "themeId": "mortgage",
        "roomId": slot["roomId"],
        "employeeId": slot["employeeId"],
        "customerId": customer_id or f"customer-{uuid.uuid4()}",
        "description": "Vores første hjem; spørgsmål, mange",
    }


def reserve(api: Api, offer: Json) -> Json:
    answer = api.post("/bookme/time-slots/reserve", reservation(offer))
    assert answer.status_code == 201, answer.text
    slot: Json = answer.json()
    return slot


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize("caller", ["partner", "customer"])
def test_a_meeting_is_booked_from_the_first_call_to_the_calendar_file(
    callers: Callers, caller: str, parse_event: Parse
) -> None:
    api = callers.client("partner") if caller == "partner" else callers.customer("67890")

    topics = api.get("/bookme/meeting-topics", isCustomer="true", customerCategoryId="private").json()
    assert "mortgage" in [topic["id"] for topic in topics]
    assert "annual-review" not in [topic["id"] for topic in topics]
    assert {each["id"] for each in api.get("/config/customer-types").json()} >= {"private", "business", "youth"}
    assert "anna" in [employee["id"] for employee in api.get("/config/employees").json()]
    assert "cph-1" in [room["id"] for room in api.get("/config/rooms").json()]

    offer = offers(api)[0]
    slot = reserve(api, offer)
    assert slot["status"] == "Reserved"
    assert {name: slot[name] for name in ("startDate", "endDate", "employeeId", "roomId")} == {
        name: offer[name] for name in ("startDate", "endDate", "employeeId", "roomId")
    }

    created = api.post("/bookme/meetings", meeting(slot, None if caller == "partner" else "67890"))
    assert created.status_code == 201, created.text
    booked = created.json()
    assert api.client.get(created.url.join(created.headers["Location"])).json() == booked
    assert booked["status"] == "Confirmed"
    assert (booked["startDate"], booked["endDate"]) == (offer["startDate"], offer["endDate"])

    calendar = api.post(f"/bookme/meetings/{booked['id']}/ical", {"title": "Rådgivning, første gang"})
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    event = parse_event(calendar.content)
    assert (event["start"], event["end"]) == (unix(offer["startDate"]), unix(offer["endDate"]))
    assert event["zone"] == "Europe/Copenhagen"
    assert event["summary"] == "Rådgivning, første gang"
    assert event["description"].startswith("Vores første hjem; spørgsmål, mange\n\n")


def test_a_reserved_time_is_neither_offered_nor_given_to_anybody_else(callers: Callers) -> None:
    customer = callers.customer("67890")
    slot = reserve(callers.client("partner"), offers(customer)[0])
    taken = (slot["startDate"], slot["employeeId"])
    assert taken not in [(offer["startDate"], offer["employeeId"]) for offer in offers(callers.client("reader"))]

    refused = customer.post("/bookme/time-slots/reserve", reservation(slot))
    assert refused.status_code == 409
    assert refused.json()["code"] == "SLOT_TAKEN"


def test_the_same_token_renews_its_slot_and_moves_to_another(partner: Api) -> None:
    first, second = [offer for offer in offers(partner) if offer["employeeId"] == offers(partner)[0]["employeeId"]][:2]
    token = str(uuid.uuid4())
    held = partner.post("/bookme/time-slots/reserve", reservation(first, token)).json()

    renewed = partner.post("/bookme/time-slots/reserve", reservation(first, token))
    assert renewed.status_code == 200
    assert renewed.json()["id"] == held["id"]

    moved = partner.post("/bookme/time-slots/reserve", reservation(second, token))
    assert moved.json()["startDate"] == second["startDate"]
    assert (first["startDate"], first["employeeId"]) not in [
        (offer["startDate"], offer["employeeId"]) for offer in offers(partner) if offer["endDate"] > second["startDate"]
    ]


def test_one_slot_makes_one_meeting_however_often_it_is_asked(partner: Api) -> None:
    slot = reserve(partner, offers(partner)[0])
    wanted = meeting(slot)
    created = partner.post("/bookme/meetings", wanted)
    again = partner.post("/bookme/meetings", wanted)
    assert (created.status_code, again.status_code) == (201, 200)
    assert again.json() == created.json()


def test_a_customer_cannot_book_for_somebody_else(callers: Callers) -> None:
    api = callers.customer("67890")
    slot = reserve(api, offers(api)[0])
    refused = api.post("/bookme/meetings", meeting(slot, customer_id="24680"))
    assert refused.status_code == 403
    assert refused.json()["code"] == "FORBIDDEN"


def test_another_customers_meeting_looks_as_if_it_were_not_there(callers: Callers) -> None:
    owner, other = callers.customer("67890"), callers.customer("24680")
    booked = owner.post("/bookme/meetings", meeting(reserve(owner, offers(owner)[0]), "67890")).json()
    assert owner.post(f"/bookme/meetings/{booked['id']}/ical").status_code == 200
    assert other.post(f"/bookme/meetings/{booked['id']}/ical").status_code == 404
