import { expect, test } from 'vitest';
import type { Agendas } from '../../src/api';
import { eventsOf, hoursOf, idleDays } from '../../src/staff/events';
import { en } from '../../src/staff/texts/en';
import { addMinutes, mondayOf, wallOf } from '../../src/staff/wall';

const ZONE = 'Europe/Copenhagen';
const span = (startDate: string, endDate: string) => ({ startDate, endDate });
const EMPTY = { meetings: [], holds: [], importedBusyTimes: [], closingDays: [] };
const AGENDAS: Agendas = {
  ...span('2026-11-29T23:00:00Z', '2026-12-06T23:00:00Z'),
  employees: [
    {
      ...EMPTY,
      id: 'anna',
      name: 'Anna Holm',
      workingWindows: [{ ...span('2026-12-01T06:30:00Z', '2026-12-01T17:30:00Z'), location: 'Copenhagen', meetingTypes: ['Online'] }],
      absences: [span('2026-12-02T08:00:00Z', '2026-12-02T10:00:00Z')],
      meetings: [{ ...span('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'), timeSlotId: 'slot' }],
    },
  ],
  rooms: [{ ...EMPTY, id: 'anna', name: 'A room of the same id', meetings: [{ ...span('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'), timeSlotId: 'slot' }] }],
};

test('everything stands at the wall-clock time of the organisation, with employees and rooms apart', () => {
  const events = eventsOf(AGENDAS, ZONE, 'slot', en);
  const meetings = events.filter((each) => each.title === 'Booked');
  expect(meetings.map((each) => each.resourceIds)).toEqual([['employee anna'], ['room anna']]);
  expect(meetings.map((each) => each.start)).toEqual(['2026-12-01T10:00:00', '2026-12-01T10:00:00']);
  expect(new Set(events.map((each) => each.id)).size).toBe(events.length);
});

test('only an employee’s meeting can be dragged, and the chosen one stands out', () => {
  const movable = eventsOf(AGENDAS, ZONE, 'slot', en).filter((each) => each.editable);
  expect(movable.map((each) => each.resourceIds)).toEqual([['employee anna']]);
  expect(movable[0]?.classNames).toContain('chosen');
});

test('the customers of a group meeting are one mark, which cannot be dragged for all of them', () => {
  const [first] = AGENDAS.employees;
  if (!first) throw new Error('There is no employee.');
  const seats = ['one', 'two', 'three'].map((timeSlotId) => ({ ...span('2026-12-01T12:00:00Z', '2026-12-01T13:00:00Z'), timeSlotId }));
  const events = eventsOf({ ...AGENDAS, employees: [{ ...first, meetings: [...first.meetings, ...seats] }] }, ZONE, 'two', en);
  const group = events.filter((each) => each.title === '3 customers');
  expect(group.map((each) => [each.editable, each.extendedProps?.timeSlotId])).toEqual([[false, 'two']]);
  expect(events.filter((each) => each.title === 'Booked')).toHaveLength(2);
});

test('the hours drawn hold all working time, and idle weekends are left out', () => {
  expect(hoursOf(AGENDAS, ZONE)).toEqual({ from: 7, until: 19 });
  expect(idleDays(AGENDAS, ZONE)).toEqual([0, 6]);
});

test('wall-clock times add up, and a week begins on its Monday', () => {
  expect(wallOf('2026-12-31T23:30:00Z', ZONE)).toBe('2027-01-01T00:30');
  expect(addMinutes('2026-12-31T23:30', 45)).toBe('2027-01-01T00:15');
  expect(mondayOf('2026-12-06')).toBe('2026-11-30');
  expect(mondayOf('2026-11-30')).toBe('2026-11-30');
});
