"""Times that can be booked, each given out once, so that tests do not take each other's."""

from datetime import datetime, timedelta
from typing import Any

from tests.stack.conftest import Api

BUFFER = timedelta(minutes=15)


class Times:
    """Half-hour slots of all employees, online, in two weeks that begin `days_ahead`."""

    def __init__(self, staff: Api, days_ahead: int = 21) -> None:
        query = {
            "requireEmployeeParticipation": "false",
            "allEmployees": "true",
            "isCustomerInitiated": "true",
            "meetingTypes": "Online",
            "meetingDuration": "30",
            "startDate": (datetime.now().astimezone() + timedelta(days=days_ahead)).isoformat(timespec="seconds"),
            "lookForwardTime": "P14D",
        }
        self._offers = iter(staff.get("/bookme/time-slots/available", **query).json())
        self._busy_until: dict[str, datetime] = {}

    def next(self) -> dict[str, Any]:
        """The next one that lies clear of those given out before, as a reservation takes it."""
        for offer in self._offers:
            employee = offer["employeeId"]
            start = datetime.fromisoformat(offer["startDate"])
            if start >= self._busy_until.get(employee, start):
                self._busy_until[employee] = datetime.fromisoformat(offer["endDate"]) + BUFFER
                return {name: offer[name] for name in ("startDate", "endDate", "employeeId", "meetingType")}
        raise LookupError("no more times")
