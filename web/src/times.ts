/** Dates and times for people: in the meeting's zone, in the reader's language. Local dates are `2026-11-27`. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(tag: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(tag, { ...options, timeZone: zone });
    formats.set(key, found);
  }
  return found;
}

/** The local date of an instant. */
export function dayOf(instant: string | Date, zone: string): string {
  const parts = format('en-US', zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The local hour, 0 to 23. */
export function hourOf(instant: string, zone: string): number {
  return Number(format('en-US', zone, { hour: '2-digit', hourCycle: 'h23' }).format(new Date(instant)));
}

export function timeText(instant: string, tag: string, zone: string): string {
  return format(tag, zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

/** `Friday 27 November 2026`. */
export function longDayText(instant: string, tag: string, zone: string): string {
  return format(tag, zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(instant));
}

/** `Fri 27 Nov, 10:00`. */
export function shortText(instant: string, tag: string, zone: string): string {
  return format(tag, zone, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );
}

/** The name of a zone at an instant: `Central European Standard Time`. */
export function zoneText(tag: string, zone: string, instant: string | Date = new Date()): string {
  const parts = format(tag, zone, { timeZoneName: 'long' }).formatToParts(new Date(instant));
  const name = parts.find((each) => each.type === 'timeZoneName')?.value ?? zone;
  const city = zone.split('/').pop()?.replaceAll('_', ' ') ?? zone;
  return zone === 'UTC' ? name : `${name} (${city})`;
}

export function viewersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether the two zones show different clocks at that instant. */
export function clocksDiffer(one: string, other: string, instant: string | Date): boolean {
  const options: Intl.DateTimeFormatOptions = { day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const at = new Date(instant);
  return format('en-US', one, options).format(at) !== format('en-US', other, options).format(at);
}

/** Dates are counted in UTC, where every day has 24 hours. */
const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const iso = (date: Date) => date.toISOString().slice(0, 10);

export function addDays(day: string, days: number): string {
  return iso(new Date(utc(day).getTime() + days * 86_400_000));
}

export const monthOf = (day: string) => day.slice(0, 7);

export function addMonths(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return iso(new Date(Date.UTC(year, number - 1 + months, 1))).slice(0, 7);
}

export function monthText(month: string, tag: string): string {
  return format(tag, 'UTC', { month: 'long', year: 'numeric' }).format(utc(`${month}-01`));
}

/** A local date as text, such as `Friday 27 November`. */
export function dayText(day: string, tag: string): string {
  return format(tag, 'UTC', { weekday: 'long', day: 'numeric', month: 'long' }).format(utc(day));
}

export function dayNumberText(day: string, tag: string): string {
  return format(tag, 'UTC', { day: 'numeric' }).format(utc(day)).replace(/[^\p{N}]/gu, '');
}

/** The weekday that weeks begin with, 1 (Monday) to 7, as the language's regions have it. */
export function firstWeekday(tag: string): number {
  const locale = new Intl.Locale(tag) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}

/** The names of the weekdays from the first of the week on: short for the eye, long for the ear. */
export function weekdayNames(tag: string): { short: string; long: string }[] {
  const first = firstWeekday(tag);
  return Array.from({ length: 7 }, (_, index) => {
    const day = utc(addDays('2024-01-01', first - 1 + index)); // 2024 began with a Monday
    return { short: format(tag, 'UTC', { weekday: 'short' }).format(day), long: format(tag, 'UTC', { weekday: 'long' }).format(day) };
  });
}

/** The weeks of a month's page in a calendar; null outside of the month. */
export function weeksOf(month: string, tag: string): (string | null)[][] {
  const first = `${month}-01`;
  const weekday = utc(first).getUTCDay() || 7;
  const before = (weekday - firstWeekday(tag) + 7) % 7;
  const days: (string | null)[] = Array.from({ length: before }, () => null);
  for (let day = first; monthOf(day) === month; day = addDays(day, 1)) days.push(day);
  while (days.length % 7) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

export interface Timed {
  startDate: string;
}

/** What there is on each local date, in the order given. */
export function byDay<T extends Timed>(offers: readonly T[], zone: string): Map<string, T[]> {
  const days = new Map<string, T[]>();
  for (const offer of offers) {
    const day = dayOf(offer.startDate, zone);
    const there = days.get(day);
    if (there) there.push(offer);
    else days.set(day, [offer]);
  }
  return days;
}

const MANY = 24;
const NOON = 12;
const EVENING = 17;

export type PartOfDay = 'morning' | 'afternoon' | 'evening';

/** One day's offers under headings: parts of the day, or hours where there are many. */
export function grouped<T extends Timed>(offers: readonly T[], zone: string): { part: PartOfDay | null; offers: T[] }[] {
  const groups: { key: string; part: PartOfDay | null; offers: T[] }[] = [];
  for (const offer of offers) {
    const hour = hourOf(offer.startDate, zone);
    const part = hour < NOON ? 'morning' : hour < EVENING ? 'afternoon' : 'evening';
    const key = offers.length > MANY ? String(hour) : part;
    const last = groups.at(-1);
    if (last?.key === key) last.offers.push(offer);
    else groups.push({ key, part: offers.length > MANY ? null : part, offers: [offer] });
  }
  return groups;
}

/** `4:07`. Nothing is left below zero. */
export function countdown(milliseconds: number, tag: string): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const number = (value: number, digits: number) => new Intl.NumberFormat(tag, { minimumIntegerDigits: digits, useGrouping: false }).format(value);
  return `${number(Math.floor(seconds / 60), 1)}:${number(seconds % 60, 2)}`;
}

/** Whole minutes of the API's `[d.]hh:mm:ss`. */
export function minutesOf(duration: string): number {
  const match = /^(?:(\d+)\.)?(\d+):(\d+)/.exec(duration);
  return match ? Number(match[1] ?? 0) * 1440 + Number(match[2]) * 60 + Number(match[3]) : Number(duration);
}
