/** Wall-clock times of the organisation, such as `2026-12-01T09:00`: what the calendar shows and the API reads. */

import { addDays, dayOf } from '../times';

export function wallOf(instant: string, zone: string): string {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${dayOf(instant, zone)}T${clock.format(new Date(instant))}`;
}

/** The wall-clock time that a calendar's Date shows: it carries it in its local fields. */
export function wallOfShown(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A wall-clock time some minutes later, by the clock. */
export function addMinutes(wall: string, minutes: number): string {
  return new Date(Date.parse(`${wall}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

/** The Monday of a date's week. */
export function mondayOf(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}
