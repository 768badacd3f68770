import { expect, test } from 'vitest';
import { addMonths, byDay, clocksDiffer, countdown, dayOf, firstWeekday, grouped, minutesOf, weeksOf } from '../../src/times';

const COPENHAGEN = 'Europe/Copenhagen';
const at = (startDate: string) => ({ startDate });

test('an offer belongs to the date that the clock shows in the meeting’s zone', () => {
  expect(dayOf('2026-11-30T23:30:00Z', COPENHAGEN)).toBe('2026-12-01');
  expect([...byDay([at('2026-11-30T22:30:00Z'), at('2026-11-30T23:30:00Z')], COPENHAGEN).keys()]).toEqual(['2026-11-30', '2026-12-01']);
});

test('a page of the calendar has whole weeks, which begin as the language has it', () => {
  expect(firstWeekday('da')).toBe(1);
  const weeks = weeksOf('2026-12', 'da');
  expect(weeks[0]?.slice(0, 2)).toEqual([null, '2026-12-01']);
  expect(weeks.every((week) => week.length === 7)).toBe(true);
  expect(weeks.flat().filter(Boolean)).toHaveLength(31);
  expect(weeksOf('2026-12', 'en-US')[0]?.slice(0, 3)).toEqual([null, null, '2026-12-01']);
});

test('months go on over the year', () => {
  expect(addMonths('2026-12', 1)).toBe('2027-01');
  expect(addMonths('2027-01', -1)).toBe('2026-12');
});

test('a day’s offers stand under parts of the day, and under hours where there are many', () => {
  const few = [at('2026-12-01T08:00:00Z'), at('2026-12-01T11:00:00Z'), at('2026-12-01T16:00:00Z')];
  expect(grouped(few, COPENHAGEN).map((group) => group.part)).toEqual(['morning', 'afternoon', 'evening']);
  const many = Array.from({ length: 60 }, (_, index) => at(new Date(Date.UTC(2026, 11, 1, 8, index * 5)).toISOString()));
  expect(grouped(many, COPENHAGEN).map((group) => group.offers.length)).toEqual([12, 12, 12, 12, 12]);
});

test('zones are told apart by their clocks, not by their names', () => {
  expect(clocksDiffer(COPENHAGEN, 'Europe/Berlin', '2026-12-01T08:00:00Z')).toBe(false);
  expect(clocksDiffer(COPENHAGEN, 'Europe/London', '2026-12-01T08:00:00Z')).toBe(true);
});

test('the countdown ends at nothing', () => {
  expect(countdown(300_000, 'en')).toBe('5:00');
  expect(countdown(61_001, 'en')).toBe('1:02');
  expect(countdown(-5, 'en')).toBe('0:00');
});

test('durations of the API are read as minutes', () => {
  expect(minutesOf('01:30:00')).toBe(90);
  expect(minutesOf('1.00:30:00')).toBe(1470);
});
