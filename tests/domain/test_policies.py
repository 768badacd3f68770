"""What an organisation asks of customers' bookings: how far ahead, how many meetings a day, and in which weeks."""

from copy import replace
from datetime import date

import pytest

from booking.domain.agenda import Agenda, Entry, employee
from booking.domain.configuration import Configuration, MeetingTopic, MeetingType, PlanDates, WeekPlan, Weeks
from booking.domain.decide import agenda_time
from booking.domain.explain import explain
from booking.domain.interval import Interval
from booking.domain.refusal import Reason
from booking.domain.requests import SlotRequest
from tests.domain.examples import (
    DAY,
    HOUR,
    anna,
    at,
    booked,
    hours,
    offers,
    on_weekdays,
    organisation,
    reason,
    search,
    starts,
)

MONDAY, TUESDAY = at("2026-11-23 00:00"), at("2026-11-24 00:00")
NINE, TEN, ELEVEN = at("2026-11-23 09:00"), at("2026-11-23 10:00"), at("2026-11-23 11:00")
TWELVE, ONE = at("2026-11-23 12:00"), at("2026-11-23 13:00")
THAT_DAY = search(MONDAY, TUESDAY)


def slot(start: int, **wishes: object) -> SlotRequest:
    return replace(SlotRequest(Interval(start, start + HOUR), ("anna",)), **wishes)  # type: ignore[arg-type]


def with_topics(configuration: Configuration) -> Configuration:
    topics = {
        "loan": MeetingTopic("loan", bookable_from=3 * HOUR),
        "card": MeetingTopic("card"),
        "theft": MeetingTopic("theft", bookable_from=0),
    }
    return replace(configuration, meeting_topics=topics)


# Bookable from


def test_nothing_is_offered_to_customers_before_the_earliest_start() -> None:
    configuration = organisation(anna(), bookable_from=2 * HOUR)

    assert starts(THAT_DAY, configuration, now=TEN)[0] == "Mon 12:00"
    assert reason(slot(TWELVE), configuration, now=TEN) is None
    assert reason(slot(TWELVE), configuration, now=TEN + 1) == Reason.TOO_SOON
    assert starts(replace(THAT_DAY, is_customer_initiated=False), configuration, now=TEN)[0] == "Mon 10:00"
    assert reason(slot(TEN, is_customer_initiated=False), configuration, now=TEN) is None


def test_it_counts_calendar_time_beside_the_lead_time_in_working_hours() -> None:
    configuration = organisation(anna(), bookable_from=20 * HOUR, working_time_buffer=4 * HOUR)
    days = search(MONDAY, MONDAY + 3 * DAY)

    assert starts(days, configuration, now=TEN)[0] == "Tue 08:00"  # 06:00, and four working hours are over
    assert starts(days, configuration, now=at("2026-11-23 15:00"))[0] == "Tue 11:00"  # four working hours


@pytest.mark.parametrize(
    ("topic", "first"), [("loan", "13:00"), ("card", "11:00"), ("theft", "10:00"), (None, "11:00")]
)
def test_a_topic_may_be_bookable_from_another_time(topic: str | None, first: str) -> None:
    configuration = with_topics(organisation(anna(), bookable_from=HOUR))

    assert starts(replace(THAT_DAY, topic_id=topic), configuration, now=TEN)[0] == f"Mon {first}"
    start = at(f"2026-11-23 {first}")
    assert reason(slot(start, topic_id=topic), configuration, now=TEN) is None
    assert reason(slot(start, topic_id=topic), configuration, now=TEN + 1) in (Reason.TOO_SOON, Reason.IN_THE_PAST)


def test_a_search_that_ends_before_the_earliest_start_offers_nothing() -> None:
    assert offers(THAT_DAY, organisation(anna(), bookable_from=2 * DAY), now=MONDAY) == []


def test_an_explanation_says_from_when_on_a_meeting_may_be_booked() -> None:
    configuration = organisation(anna(), bookable_from=2 * HOUR)

    [verdict] = explain(THAT_DAY, configuration, {}, NINE, TEN)

    assert verdict.reason is Reason.TOO_SOON
    assert verdict.facts == {"bookableFromMinutes": 120, "earliestStart": ELEVEN}
    assert verdict.words == "customers may book from 120 minutes ahead on, which is 2026-11-23 11:00"


# Meetings a day


def test_the_day_is_full_when_the_employee_has_the_most_meetings() -> None:
    configuration = organisation(anna(), max_meetings_per_day=2)
    one = {employee("anna"): booked((NINE, NINE + HOUR // 2))}
    two = {employee("anna"): booked((NINE, NINE + HOUR // 2), (TEN, TEN + HOUR))}

    assert "Mon 13:00" in starts(THAT_DAY, configuration, one)
    assert reason(slot(ONE), configuration, one, MONDAY) is None
    assert starts(THAT_DAY, configuration, two) == []
    assert reason(slot(ONE), configuration, two, MONDAY) == Reason.MEETINGS_PER_DAY
    assert starts(search(MONDAY, TUESDAY + DAY), configuration, two)[0] == "Tue 08:00"


@pytest.mark.parametrize(("own", "of_all", "most"), [(1, 3, 1), (3, 1, 3), (None, 2, 2)])
def test_an_employees_own_limit_counts_before_the_organisations(own: int | None, of_all: int, most: int) -> None:
    configuration = organisation(anna(max_meetings_per_day=own), max_meetings_per_day=of_all)
    meetings = [(NINE + number * HOUR, NINE + number * HOUR + HOUR) for number in range(most)]

    assert starts(THAT_DAY, configuration, {employee("anna"): booked(*meetings[:-1])})
    assert starts(THAT_DAY, configuration, {employee("anna"): booked(*meetings)}) == []


def test_employees_book_beyond_it() -> None:
    configuration = organisation(anna(), max_meetings_per_day=1)
    full = {employee("anna"): booked((NINE, TEN))}

    assert starts(replace(THAT_DAY, is_customer_initiated=False), configuration, full)
    assert reason(slot(ONE, is_customer_initiated=False), configuration, full, MONDAY) is None


def test_lapsed_holds_imported_times_and_what_began_the_day_before_do_not_count() -> None:
    configuration = organisation(anna(), max_meetings_per_day=1)
    lapsed = Entry(TEN, ELEVEN, "lapsed", until=NINE)
    night = Entry(MONDAY - HOUR, MONDAY + HOUR, "night")
    agendas = {employee("anna"): Agenda((lapsed, night), (Interval(TWELVE, ONE),))}

    assert reason(slot(ONE), configuration, agendas, now=NINE) is None
    assert "Mon 13:00" in starts(THAT_DAY, configuration, agendas, now=NINE)
    held = {employee("anna"): Agenda((replace_until(lapsed, NINE + 1),))}
    assert reason(slot(ONE), configuration, held, now=NINE) == Reason.MEETINGS_PER_DAY


def replace_until(entry: Entry, until: int) -> Entry:
    return entry._replace(until=until)


def test_the_whole_day_is_read_for_an_employee_with_a_limit() -> None:
    noon = Interval(TWELVE, ONE)

    assert agenda_time(noon, organisation(anna(max_meetings_per_day=3)), ["anna"]) == Interval(MONDAY, TUESDAY)
    assert agenda_time(noon, organisation(anna()), ["anna"]) == noon


def test_an_explanation_says_how_many_meetings_there_are() -> None:
    configuration = organisation(anna(), max_meetings_per_day=1)

    [verdict] = explain(THAT_DAY, configuration, {employee("anna"): booked((ONE, ONE + HOUR))}, MONDAY, TEN)

    assert verdict.reason is Reason.MEETINGS_PER_DAY
    assert verdict.facts == {"maxMeetingsPerDay": 1, "meetings": 1}
    assert verdict.words == "1 meetings that day, at most 1"


# Plans of weeks

AFTERNOONS = on_weekdays(hours("13:00", "15:00"))
WEEKS = [at(f"2026-11-{day} 00:00") for day in (23, 30)]  # ISO weeks 48 and 49


def first_starts(configuration: Configuration, *days: int) -> list[str]:
    """The first start of each day."""
    return [starts(search(day, day + DAY), configuration, now=MONDAY)[0] for day in days]


def planned(*plans: WeekPlan) -> Configuration:
    return organisation(anna(week_plans=plans))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (Weeks.ALL, ["Mon 13:00", "Mon 13:00"]),
        (Weeks.EVEN, ["Mon 13:00", "Mon 08:00"]),
        (Weeks.ODD, ["Mon 08:00", "Mon 13:00"]),
    ],
)
def test_a_plan_counts_in_its_weeks_and_the_usual_week_in_the_others(weeks: Weeks, expected: list[str]) -> None:
    assert first_starts(planned(WeekPlan(PlanDates(weeks=weeks), AFTERNOONS)), *WEEKS) == expected


def test_a_plan_counts_from_its_first_date_to_its_last() -> None:
    plan = WeekPlan(PlanDates(date(2026, 11, 24), date(2026, 11, 25)), AFTERNOONS)
    days = [MONDAY + number * DAY for number in range(4)]

    assert first_starts(planned(plan), *days) == ["Mon 08:00", "Tue 13:00", "Wed 13:00", "Thu 08:00"]


def test_if_several_plans_cover_a_date_the_first_counts() -> None:
    holidays = WeekPlan(PlanDates(date(2026, 11, 24), date(2026, 11, 24)), ((),) * 7)
    always = WeekPlan(PlanDates(), AFTERNOONS)
    configuration = planned(holidays, always)

    assert starts(search(TUESDAY, TUESDAY + DAY), configuration, now=MONDAY) == []
    assert first_starts(configuration, MONDAY) == ["Mon 13:00"]
    assert reason(slot(TEN + DAY), configuration, now=MONDAY) == Reason.OUTSIDE_WORKING_TIME
    assert reason(slot(ONE), configuration, now=MONDAY) is None


def test_the_years_last_odd_week_is_followed_by_an_odd_one() -> None:
    """2026 has 53 ISO weeks, and the weeks go by their numbers."""
    days = [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]

    assert [day in PlanDates(weeks=Weeks.ODD) for day in days] == [True, True, False]
    assert [day in PlanDates(weeks=Weeks.EVEN) for day in days] == [False, False, True]


def test_the_lead_time_counts_the_hours_of_the_plan() -> None:
    configuration = organisation(
        anna(week_plans=(WeekPlan(PlanDates(last=date(2026, 11, 23)), AFTERNOONS),)), working_time_buffer=3 * HOUR
    )

    assert starts(search(MONDAY, MONDAY + 2 * DAY), configuration, now=MONDAY)[0] == "Tue 09:00"


def test_a_place_that_only_a_plan_names_is_one_where_the_employee_meets_customers() -> None:
    plan = WeekPlan(PlanDates(weeks=Weeks.EVEN), on_weekdays(hours("13:00", "15:00", location="Harbour")))
    physical = frozenset({MeetingType.PHYSICAL})
    asked = search(MONDAY, MONDAY + 14 * DAY, meeting_location="Harbour", meeting_types=physical)

    found = starts(asked, planned(plan), now=MONDAY)

    assert found[0] == "Mon 13:00"
    assert len(found) == 5 * 3  # in one of the two weeks
