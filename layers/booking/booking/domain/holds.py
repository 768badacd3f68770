"""How many time slots one customer may hold at once, and for how long a hold may be renewed."""

from collections.abc import Collection, Mapping
from copy import replace

from msgspec import Struct, field

from booking.domain.errors import TooManyHolds
from booking.domain.meeting import Slot

RENEWABLE_SECONDS = 15 * 60
"""How long a hold may last in all, from its first second, however often it is renewed."""


class CustomerHolds(Struct, frozen=True):
    """The slots that a customer holds without a meeting: until when, by slot id. Lapsed ones do not count."""

    customer_id: str
    version: int = 0
    until: Mapping[str, int] = field(default_factory=dict)

    def live(self, now: int) -> dict[str, int]:
        return {slot_id: until for slot_id, until in self.until.items() if now < until}

    def require_room_for(self, slot: Slot, most: int, now: int, giving_back: Collection[str] = ()) -> None:
        """Raises TooManyHolds if the slot would exceed the limit. A slot that is held already does not count again."""
        others = {id: until for id, until in self.live(now).items() if id not in giving_back}
        if slot.id not in others and len(others) >= most:
            raise TooManyHolds(most, retry_after=min(others.values()) - now)


def renewed_until(hold: Slot, now: int, lifetime: int) -> int:
    """When a hold that is renewed now will lapse. Renewing never shortens a hold."""
    return max(hold.expires_at or now, min(now + lifetime, held_since(hold) + RENEWABLE_SECONDS))


def held_since(hold: Slot) -> int:
    """From when on its token has held this time, or times that each overlapped the one before."""
    return hold.created_at if hold.held_since is None else hold.held_since


def in_place_of(old: Slot, new: Slot, now: int, lifetime: int) -> Slot:
    """The new hold of a token whose live hold is `old`.

    If it keeps some of the old one's time from others, it counts as renewing that one: else a token could hold an
    employee for ever by going to and fro between two times that overlap.
    """
    if not old.interval.overlaps(new.interval) or not set(old.resources) & set(new.resources):
        return new
    return replace(new, held_since=held_since(old), expires_at=renewed_until(old, now, lifetime))
