"""Half-open intervals [start, end) of Unix seconds: merge, intersect, subtract."""

from collections.abc import Iterable
from typing import NamedTuple

SECONDS_PER_DAY = 86400


class Interval(NamedTuple):
    """From `start` up to but not including `end`, in Unix seconds; `start < end`."""

    start: int
    end: int

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end

    def padded(self, by: int) -> "Interval":
        """The interval with `by` seconds more on both sides."""
        return Interval(self.start - by, self.end + by)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as the fewest disjoint intervals, sorted; touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def intersect(ones: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """The time that lies in both, sorted and disjoint."""
    left, right = merge(ones), merge(others)
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            common.append(Interval(start, end))
        if left[i].end < right[j].end:
            i += 1
        else:
            j += 1
    return common


def subtract(intervals: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """The time of `intervals` that lies in none of `taken`, sorted and disjoint."""
    holes = merge(taken)
    left: list[Interval] = []
    j = 0
    for start, end in merge(intervals):
        while j < len(holes) and holes[j].end <= start:
            j += 1
        k = j
        while k < len(holes) and holes[k].start < end:
            if start < holes[k].start:
                left.append(Interval(start, holes[k].start))
            start = max(start, holes[k].end)
            k += 1
        if start < end:
            left.append(Interval(start, end))
    return left
