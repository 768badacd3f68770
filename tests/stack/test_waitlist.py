"""The waitlist on the running stack: a time that becomes free is offered by e-mail and event, and booked."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.stack.conftest import Api, Callers
from tests.stack.test_messages import book, mails_to, part, times
from tests.stack.times import Times

__all__ = ["times"]

PATIENCE_SECONDS = 90


def eventually(read: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = read()
        if wanted(found):
            return found
        assert time.monotonic() < deadline, f"it is still {found}"
        time.sleep(0.2)


def entry(api: Api, id: str) -> Any:
    return api.get(f"/bookme/waitlist/{id}").json()


def test_a_cancelled_time_is_offered_to_who_waits_and_booked_with_the_offer(callers: Callers, times: Times) -> None:
    staff, partner = callers.client("staff"), callers.client("partner")
    taken = book(staff, times, {"name": "Somebody"})
    address, customer_id = f"{uuid.uuid4().hex}@example.com", f"waits-{uuid.uuid4().hex[:8]}"
    wanted = {
        "requireEmployeeParticipation": True,
        "explicitEmployeeIds": [taken["employeeId"]],
        "startDate": taken["startDate"],
        "endDate": taken["endDate"],
        "meetingDuration": "30",
        "customerId": customer_id,
        "customer": {"name": "Kim Krogh", "email": address, "language": "de"},
    }
    joined = partner.post("/bookme/waitlist", wanted)
    assert joined.status_code == 201, joined.text
    id = joined.json()["id"]
    assert joined.headers["Location"] == f"waitlist/{id}"
    assert [each["id"] for each in partner.get("/bookme/waitlist", customerId=customer_id).json()["items"]] == [id]

    assert staff.call("DELETE", f"/bookme/meetings/{taken['id']}").status_code == 204
    offer = eventually(lambda: entry(partner, id), lambda found: found["status"] == "Offered")["offer"]
    [mail] = mails_to(address, 1)
    assert mail["Subject"].startswith("Freier Termin: ")
    assert "Ein Termin ist frei geworden." in part(mail, "text/plain").get_content()

    body = {"timeSlotId": offer["timeSlotId"], "type": offer["meetingType"], "customer": wanted["customer"]}
    made = partner.post("/bookme/meetings", body)
    assert made.status_code == 201, made.text
    assert made.json()["customerId"] == customer_id
    assert (entry(partner, id)["status"], entry(partner, id)["meetingId"]) == ("Booked", made.json()["id"])
    eventually(lambda: entry(partner, id), lambda found: "customer" not in found)  # it has left the line
    partner.call("DELETE", f"/bookme/meetings/{made.json()['id']}")


def test_leaving_passes_the_offered_time_to_the_next_in_line(callers: Callers, times: Times) -> None:
    staff, partner = callers.client("staff"), callers.client("partner")
    taken = book(staff, times, {"name": "Somebody"})
    wanted = {
        "requireEmployeeParticipation": True,
        "explicitEmployeeIds": [taken["employeeId"]],
        "startDate": taken["startDate"],
        "endDate": taken["endDate"],
        "meetingDuration": "30",
    }
    first, second = (
        partner.post("/bookme/waitlist", wanted | {"customerId": f"waits-{uuid.uuid4().hex[:8]}"}).json()["id"]
        for _ in range(2)
    )
    staff.call("DELETE", f"/bookme/meetings/{taken['id']}")
    eventually(lambda: entry(partner, first), lambda found: found["status"] == "Offered")
    assert entry(partner, second)["status"] == "Waiting"
    assert partner.call("DELETE", f"/bookme/waitlist/{first}").status_code == 204

    eventually(lambda: entry(partner, second), lambda found: found["status"] == "Offered")
    assert partner.call("DELETE", f"/bookme/waitlist/{second}").status_code == 204
