/** Agendas as what a calendar component draws. */

import type { Calendar } from '@event-calendar/core';
import type { Agendas } from '../api';
import type { StaffTexts } from './texts';
import { wallOf } from './wall';

export type Kind = 'meeting' | 'hold' | 'busy' | 'absence' | 'closed' | 'working';

export interface Facts {
  kind: Kind;
  timeSlotId?: string;
  expiresAt?: string;
  /** How many customers have this time: more than one in a group meeting. */
  customers?: number;
}

interface Span {
  startDate: string;
  endDate: string;
}

export const employeeKey = (id: string) => `employee ${id}`;
export const roomKey = (id: string) => `room ${id}`;
export const isRoom = (key: string) => key.startsWith('room ');
export const idOf = (key: string) => key.slice(key.indexOf(' ') + 1);

/** `chosen`: the slot that is to stand out. */
export function eventsOf(agendas: Agendas, zone: string, chosen: string | undefined, texts: StaffTexts): Calendar.EventInput[] {
  const events: Calendar.EventInput[] = [];
  const add = (resource: string, span: Span, facts: Facts, title: string) => {
    const isBehind = facts.kind === 'working' || facts.kind === 'closed' || facts.kind === 'absence';
    events.push({
      id: `${resource} ${facts.kind} ${facts.timeSlotId ?? span.startDate}`,
      resourceIds: [resource],
      start: `${wallOf(span.startDate, zone)}:00`,
      end: `${wallOf(span.endDate, zone)}:00`,
      title,
      display: isBehind ? 'background' : 'auto',
      editable: facts.kind === 'meeting' && facts.customers === 1 && !isRoom(resource),
      durationEditable: false,
      classNames: [`kind-${facts.kind}`, ...(facts.timeSlotId && facts.timeSlotId === chosen ? ['chosen'] : [])],
      extendedProps: facts as unknown as Record<string, unknown>,
    });
  };
  for (const employee of agendas.employees) {
    const key = employeeKey(employee.id);
    for (const span of employee.workingWindows) add(key, span, { kind: 'working' }, '');
    for (const span of employee.absences) add(key, span, { kind: 'absence' }, texts.away);
    addTaken(key, employee);
  }
  for (const room of agendas.rooms) {
    add(roomKey(room.id), agendas, { kind: 'working' }, '');
    addTaken(roomKey(room.id), room);
  }
  return events;

  function addTaken(key: string, of: Agendas['rooms'][number]) {
    for (const span of of.closingDays) add(key, span, { kind: 'closed' }, texts.closed);
    const groups = new Map<string, typeof of.meetings>();
    for (const each of of.meetings) groups.set(`${each.startDate} ${each.endDate}`, [...(groups.get(`${each.startDate} ${each.endDate}`) ?? []), each]);
    for (const group of groups.values()) {
      const shown = group.find((each) => each.timeSlotId === chosen) ?? group[0];
      const customers = group.length;
      if (shown) add(key, shown, { kind: 'meeting', timeSlotId: shown.timeSlotId, customers }, customers > 1 ? texts.customers(customers) : texts.booked);
    }
    for (const span of of.holds) add(key, span, { kind: 'hold', timeSlotId: span.timeSlotId, expiresAt: span.expiresAt }, texts.hold);
    for (const span of of.importedBusyTimes) add(key, span, { kind: 'busy' }, texts.busy);
  }
}

/** The hours to draw, whole, so that all working time and everything booked is seen; 8 to 18 at least. */
export function hoursOf(agendas: Agendas, zone: string): { from: number; until: number } {
  let [from, until] = [8, 18];
  const spans = agendas.employees.flatMap((each) => [...each.workingWindows, ...each.meetings, ...each.holds]);
  for (const span of spans) {
    const [start, end] = [wallOf(span.startDate, zone), wallOf(span.endDate, zone)];
    from = Math.min(from, Number(start.slice(11, 13)));
    until = start.slice(0, 10) === end.slice(0, 10) ? Math.max(until, Math.ceil(Number(end.slice(11, 13)) + Number(end.slice(14, 16)) / 60)) : 24;
  }
  return { from, until };
}

/** The days of the weekend (0: Sunday) on which nobody works and nothing is booked. */
export function idleDays(agendas: Agendas, zone: string): number[] {
  const spans = agendas.employees.flatMap((each) => [...each.workingWindows, ...each.meetings]);
  const used = new Set(spans.map((span) => new Date(`${wallOf(span.startDate, zone).slice(0, 10)}T00:00:00Z`).getUTCDay()));
  return [0, 6].filter((day) => !used.has(day));
}
