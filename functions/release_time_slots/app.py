"""DELETE /bookme/time-slots: release everything that one caller or one customer holds."""

import time
from http import HTTPStatus

from booking.commands import release_time_slots as command
from booking.http.api import Api, Reply, Request, now
from booking.http.contract.time_slots import RELEASE_TIME_SLOTS, ReleasedTimeSlots, ReleaseTimeSlotsQuery
from booking.http.lists import whose_holds_of
from booking.storage.table import connect

SECONDS = 12  # of the 20 that the function may run, so that the last slot can be finished

api = Api()
table = connect()


@api.route(RELEASE_TIME_SLOTS)
def release_time_slots(request: Request) -> Reply:
    whose = whose_holds_of(request.query(ReleaseTimeSlotsQuery))
    deadline = time.monotonic() + SECONDS
    released = command.release_time_slots(
        table, request.caller, whose, now, has_time=lambda: time.monotonic() < deadline
    )
    answer = ReleasedTimeSlots(time_slots_released=released.count, is_complete=released.is_complete)
    return Reply(HTTPStatus.OK, answer)


lambda_handler = api.handler
