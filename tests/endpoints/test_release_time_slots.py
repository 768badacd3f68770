from tests.endpoints.conftest import Functions, all_of, asking, caller, customer, faults, scopes, sending


def reserve(desk: Functions, hour: int, *changes: object, **fields: object) -> str:
    slot = {
        "startDate": f"2027-01-11T{hour:02}:00:00Z",
        "endDate": f"2027-01-11T{hour:02}:30:00Z",
        "employeeId": "anna",
    }
    body = sending({"timeSlot": slot, "token": str(hour), **fields})
    answer = desk.call("reserve_time_slot", change=all_of(*changes, body))  # type: ignore[arg-type]
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def test_everything_that_one_owner_holds_is_released(desk: Functions) -> None:
    slot = reserve(desk, 8)
    reserve(desk, 9)
    other = reserve(desk, 10, caller("other-client", "read", "partner"))
    answer = desk.call("release_time_slots")

    assert (answer.status, answer.json) == (200, {"timeSlotsReleased": 2, "isComplete": True})
    listed = {item["id"]: item for item in desk.call("list_time_slots", change=asking(status=None)).json["items"]}
    assert listed[slot]["status"] == "Released"
    assert (listed[other]["status"], listed[other]["owner"]) == ("Reserved", "client:other-client")


def test_everything_that_is_held_for_one_customer_is_released(desk: Functions) -> None:
    reserve(desk, 8, customerId="67890")
    reserve(desk, 9, customer("67890"))
    reserve(desk, 10, customerId="another")
    listed = desk.call("list_time_slots", change=asking(status=None)).json["items"]
    assert [item["customerId"] for item in listed] == ["67890", "67890", "another"]
    answer = desk.call("release_time_slots", change=asking(owner=None, customerId="67890"))

    assert answer.json == {"timeSlotsReleased": 2, "isComplete": True}
    assert [item["status"] for item in desk.call("list_time_slots", change=asking(status=None)).json["items"]] == [
        "Released",
        "Released",
        "Reserved",
    ]


def test_it_names_an_owner_or_a_customer(desk: Functions) -> None:
    assert faults(desk.call("release_time_slots", "release_time_slots_bad_parameters")) == {"query.owner"}
    both = asking(customerId="67890")
    assert faults(desk.call("release_time_slots", change=both)) == {"query.owner"}


def test_it_is_for_employees(desk: Functions) -> None:
    assert desk.call("release_time_slots", change=scopes("read", "partner")).status == 403


def test_beyond_the_limit_a_reservation_is_429_and_says_when_to_come_back(desk: Functions) -> None:
    for hour in (8, 9, 10):
        reserve(desk, hour, customer("67890"))
    slot = {"startDate": "2027-01-11T11:00:00Z", "endDate": "2027-01-11T11:30:00Z", "employeeId": "anna"}
    body = sending({"timeSlot": slot, "token": "one more"})
    answer = desk.call("reserve_time_slot", change=all_of(customer("67890"), body))

    assert (answer.status, answer.json["code"]) == (429, "TOO_MANY_HOLDS")
    assert 0 < int(answer.headers["retry-after"]) <= 300
    by_partner = sending({"timeSlot": slot, "token": "one more", "customerId": "67890"})
    assert desk.call("reserve_time_slot", change=by_partner).status == 429
    assert desk.call("reserve_time_slot", change=body).status == 201


def test_customers_do_not_see_whose_a_slot_is(desk: Functions) -> None:
    slot = {"startDate": "2027-01-11T11:00:00Z", "endDate": "2027-01-11T11:30:00Z", "employeeId": "anna"}
    body = sending({"timeSlot": slot, "token": "own"})
    answer = desk.call("reserve_time_slot", change=all_of(customer("67890"), body))

    assert not {"owner", "customerId"} & answer.json.keys()


def test_too_long_is_a_conflict_at_a_reservation_and_a_bad_request_in_a_search(desk: Functions) -> None:
    slot = {"startDate": "2027-01-11T08:00:00Z", "endDate": "2027-01-11T12:30:00Z", "employeeId": "anna"}
    answer = desk.call("reserve_time_slot", change=sending({"timeSlot": slot, "token": "long"}))
    assert (answer.status, answer.json["code"]) == (409, "TOO_LONG")
    assert answer.json["details"]["reason"] == "TOO_LONG"

    search = asking(meetingDuration="270")
    assert faults(desk.call("list_available_time_slots", change=search)) == {"query.meetingDuration"}
    assert desk.call("list_available_time_slots", change=all_of(search, scopes("read", "staff"))).status == 200
