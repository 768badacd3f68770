"""Sums of intervals, most of all where they touch: an interval begins at its start and is over at its end."""

import pytest

from booking.domain.interval import Interval, intersect, merge, subtract

TEN_TO_TWENTY = Interval(10, 20)


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [((0, 10), False), ((0, 11), True), ((19, 30), True), ((20, 30), False), ((12, 15), True), ((0, 30), True)],
)
def test_intervals_that_only_touch_do_not_overlap(other: tuple[int, int], overlaps: bool) -> None:
    assert TEN_TO_TWENTY.overlaps(Interval(*other)) is overlaps
    assert Interval(*other).overlaps(TEN_TO_TWENTY) is overlaps


@pytest.mark.parametrize(
    ("other", "contained"), [((10, 20), True), ((11, 19), True), ((9, 20), False), ((10, 21), False)]
)
def test_an_interval_contains_itself_and_nothing_beyond(other: tuple[int, int], contained: bool) -> None:
    assert TEN_TO_TWENTY.contains(Interval(*other)) is contained


def test_padding_is_added_on_both_sides() -> None:
    assert TEN_TO_TWENTY.padded(3) == Interval(7, 23)


@pytest.mark.parametrize(
    ("intervals", "merged"),
    [
        ([(20, 30), (10, 20)], [(10, 30)]),
        ([(10, 20), (21, 30)], [(10, 20), (21, 30)]),
        ([(10, 40), (20, 30)], [(10, 40)]),
        ([(10, 20), (10, 20)], [(10, 20)]),
        ([(10, 20), (15, 30), (30, 40), (50, 60)], [(10, 40), (50, 60)]),
        ([], []),
    ],
)
def test_touching_intervals_become_one(intervals: list[tuple[int, int]], merged: list[tuple[int, int]]) -> None:
    assert merge(Interval(*each) for each in intervals) == merged


@pytest.mark.parametrize(
    ("ones", "others", "common"),
    [
        ([(10, 20)], [(20, 30)], []),
        ([(10, 20)], [(19, 30)], [(19, 20)]),
        ([(10, 20), (30, 40)], [(15, 35)], [(15, 20), (30, 35)]),
        ([(10, 40)], [(15, 20), (20, 25), (30, 50)], [(15, 25), (30, 40)]),
        ([(10, 20), (30, 40)], [(10, 20), (30, 40)], [(10, 20), (30, 40)]),
    ],
)
def test_the_intersection_holds_what_lies_in_both(
    ones: list[tuple[int, int]], others: list[tuple[int, int]], common: list[tuple[int, int]]
) -> None:
    left, right = [Interval(*each) for each in ones], [Interval(*each) for each in others]

    assert intersect(left, right) == common
    assert intersect(right, left) == common


@pytest.mark.parametrize(
    ("intervals", "taken", "left"),
    [
        ([(10, 20)], [(0, 10), (20, 30)], [(10, 20)]),
        ([(10, 20)], [(10, 20)], []),
        ([(10, 20)], [(12, 15)], [(10, 12), (15, 20)]),
        ([(10, 20)], [(5, 12), (18, 25)], [(12, 18)]),
        ([(10, 20), (30, 40)], [(15, 35)], [(10, 15), (35, 40)]),
        ([(10, 20), (30, 40), (50, 60)], [(0, 5), (32, 34), (55, 70)], [(10, 20), (30, 32), (34, 40), (50, 55)]),
    ],
)
def test_subtracting_intervals_leaves_the_rest(
    intervals: list[tuple[int, int]], taken: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert subtract([Interval(*each) for each in intervals], [Interval(*each) for each in taken]) == left
