"""Consent over HTTP, with real tokens: the customer gives it, the partner acts, the customer takes it back."""

import uuid
from collections.abc import Iterator

import pytest

from tests.stack.conftest import Api, Callers
from tests.stack.times import Times

CUSTOMER = "24680"


@pytest.fixture
def strict(callers: Callers) -> Iterator[None]:
    """The organisation asks for consent, for as long as the test runs."""
    admin = callers.client("admin")
    settings = admin.get("/config/organisation").json()
    assert admin.call("PUT", "/config/organisation", json=settings | {"partnerConsent": True}).is_success
    yield
    assert admin.call("PUT", "/config/organisation", json=settings).is_success


def consent(customer: Api, method: str, client_id: str) -> int:
    return customer.call(method, f"/bookme/customers/{CUSTOMER}/partners/{client_id}").status_code


@pytest.mark.usefixtures("strict")
def test_a_customer_gives_consent_and_takes_it_back(callers: Callers) -> None:
    partner, customer = callers.client("partner"), callers.customer(CUSTOMER)
    client_id = callers.stack["clients"]["partner"]["clientId"]
    time = Times(callers.client("staff")).next()
    wanted = {"timeSlot": time, "token": str(uuid.uuid4()), "customerId": CUSTOMER}

    refused = partner.post("/bookme/time-slots/reserve", wanted)
    assert (refused.status_code, refused.json()["code"]) == (403, "PARTNER_NOT_LINKED")
    assert consent(partner, "PUT", client_id) == 403

    assert consent(customer, "PUT", client_id) == 200
    slot = partner.post("/bookme/time-slots/reserve", wanted)
    assert slot.status_code == 201, slot.text
    meeting = partner.post("/bookme/meetings", {"timeSlotId": slot.json()["id"]})
    assert meeting.status_code == 201, meeting.text
    of_meeting = f"/bookme/meetings/{meeting.json()['id']}"
    assert partner.get(of_meeting).status_code == 200

    assert consent(customer, "DELETE", client_id) == 204
    assert partner.get(of_meeting).status_code == 403
    assert partner.call("DELETE", of_meeting).status_code == 403
    assert customer.get(of_meeting).json()["status"] == "Confirmed"
    assert customer.call("DELETE", of_meeting).status_code == 204
