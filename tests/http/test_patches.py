import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.caller import Caller
from booking.domain.errors import BookingError, InvalidRequest
from booking.http.contract.meetings import UPDATE_MEETING
from booking.http.patches import MEETING_FIELDS, patch_of, status_of
from booking.http.requests import Request

DOCUMENT = {
    "title": "Title",
    "description": None,
    "videoLink": None,
    "roomId": None,
    "additionalEmployees": ["bo"],
    "customFields": [{"key": "k", "value": "v"}],
    "customer": None,
    "externalAttendees": [],
    "timeSlotId": "slot",
}
CALLER = Caller("c", "c", None, frozenset())

pointers = st.lists(
    st.sampled_from([*MEETING_FIELDS, "0", "1", "-", "-1", "00", "key", "~0", "~2", "", "é"]), max_size=3
).map(lambda parts: "".join(f"/{part}" for part in parts))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
operations = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]) | values,
        "path": pointers | values,
        "from": pointers | values,
        "value": values,
    },
)


def request(body: Any) -> Request:
    return Request(UPDATE_MEETING, CALLER, {}, {}, {}, json.dumps(body).encode())


@given(st.lists(operations | values, max_size=4) | values)
def test_any_patch_at_all_is_applied_or_refused_and_touches_the_allowed_fields_only(body: Any) -> None:
    before = json.dumps(DOCUMENT)
    try:
        after = patch_of(request(body), ("title", "customFields")).apply(DOCUMENT)
    except BookingError:
        pass
    else:
        untouched = DOCUMENT.keys() - {"title", "customFields"}
        assert {name: after[name] for name in untouched} == {name: DOCUMENT[name] for name in untouched}
        assert after.keys() <= DOCUMENT.keys()
    assert json.dumps(DOCUMENT) == before


@given(st.lists(operations | values, max_size=3))
def test_any_patch_of_a_slot_confirms_releases_or_is_refused(body: Any) -> None:
    try:
        status = status_of(request(body))
    except BookingError:
        return
    assert status in ("Booked", "Released")


def test_every_fault_of_every_operation_is_listed() -> None:
    with pytest.raises(InvalidRequest) as caught:
        patch_of(request([{"op": "add", "path": "/owner"}, 7, {"op": "copy", "path": "/title"}]), MEETING_FIELDS)

    assert [fault.where for fault in caught.value.faults] == [
        "body[0].value",
        "body[0].path",
        "body[1]",
        "body[2].from",
    ]
