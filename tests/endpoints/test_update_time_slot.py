from typing import Any

import pytest

from tests.endpoints.conftest import Clock, Functions, asking, caller, faults, sending


def test_a_confirmed_hold_lapses_after_half_an_hour_without_a_meeting(desk: Functions, held: Any, clock: Clock) -> None:
    answer = desk.call("update_time_slot")
    clock.advance(30 * 60 - 1)

    assert (answer.status, answer.json["status"]) == (200, "Booked")
    assert answer.json["expiresAt"] == "2027-01-04T08:30:00Z"
    assert desk.call("get_time_slot").json["status"] == "Booked"
    clock.advance(1)
    assert desk.call("get_time_slot").json["status"] == "Expired"
    clock.advance(-1)
    assert desk.call("create_meeting").json["code"] == "SLOT_TAKEN"


def test_a_released_slot_is_free_at_once(desk: Functions, held: Any) -> None:
    patch = [{"op": "replace", "path": "/status", "value": "released"}]
    answer = desk.call("update_time_slot", change=sending(patch))

    assert (answer.status, answer.json["status"]) == (200, "Released")
    assert desk.call("create_meeting").status == 201


def test_a_released_slot_is_not_confirmed_again(desk: Functions, held: Any) -> None:
    desk.call("release_time_slot")
    answer = desk.call("update_time_slot")

    assert (answer.status, answer.json["code"]) == (409, "RESERVATION_EXPIRED")


def test_another_field_is_refused(desk: Functions, held: Any) -> None:
    assert faults(desk.call("update_time_slot", "update_time_slot_other_field")) == {"body[0].path"}


@pytest.mark.parametrize(
    "patch",
    [
        {},
        [],
        [7],
        [{"op": "remove", "path": "/status"}],
        [{"op": "test", "path": "/status", "value": "Reserved"}],
        [{"op": "replace", "path": "/status"}],
        [{"op": "replace", "path": "/status", "value": "Expired"}],
        [{"op": "replace", "path": "/status", "value": ["Booked"]}],
        [{"op": "replace", "path": "", "value": {"status": "Booked"}}],
        [{"op": "replace", "path": 7, "value": "Booked"}],
        [{"op": "replace", "path": "/status/0", "value": "Booked"}],
        [{"op": "replace", "path": "/status", "value": "Booked"}] * 101,
    ],
    ids=str,
)
def test_anything_but_replacing_the_status_is_refused(desk: Functions, held: Any, patch: Any) -> None:
    assert faults(desk.call("update_time_slot", change=sending(patch)))
    assert desk.call("get_time_slot").json["status"] == "Reserved"


def test_a_patch_is_json(desk: Functions, held: Any) -> None:
    assert desk.call("update_time_slot", change=sending(Content_Type="application/merge-patch+json")).status == 415
    assert desk.call("update_time_slot", change=sending(Content_Type="application/json")).status == 200


def test_the_slot_of_another_owner_is_not_found(desk: Functions, held: Any) -> None:
    assert desk.call("update_time_slot", change=caller("other", "read", "partner")).status == 404


@pytest.mark.parametrize("sent", [asking(reservationToken="another"), sending(reservationToken="another")])
@pytest.mark.usefixtures("held")
def test_another_reservation_token_than_the_slots_is_a_conflict(desk: Functions, sent: Any) -> None:
    answer = desk.call("update_time_slot", change=sent)

    assert (answer.status, answer.json["code"]) == (409, "SLOT_MISMATCH")
    assert desk.call("get_time_slot").json["status"] == "Reserved"


@pytest.mark.usefixtures("held")
def test_the_slots_own_reservation_token_confirms_it(desk: Functions) -> None:
    answer = desk.call("update_time_slot", change=asking(reservationToken="reservation-token"))

    assert (answer.status, answer.json["status"]) == (200, "Booked")


@pytest.mark.parametrize("media_type", [None, "", "application/json", "application/json-patch+json; charset=utf-8"])
@pytest.mark.usefixtures("held")
def test_a_patch_may_come_without_its_media_type(desk: Functions, media_type: str | None) -> None:
    def typed(event: dict[str, Any]) -> None:
        event["headers"].pop("Content-Type", None)
        if media_type is not None:
            event["headers"]["Content-Type"] = media_type

    assert desk.call("update_time_slot", change=typed).status == 200
