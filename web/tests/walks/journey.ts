/** The customer's whole way: books a mortgage meeting in a room, gets the file, finds, moves and cancels the meeting. */

import { readFile } from 'node:fs/promises';
import ICAL from 'ical.js';
import type { Download, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Messages } from '../../src/i18n';
import { PATIENT, type Visitor } from './browser';

interface Booked {
  id: string;
  startDate: string;
  endDate: string;
  roomId: string;
}

/** What every state is looked at for: it fits, it is accessible, and people get a picture of it. */
export function looker(visitor: Visitor, prefix: string): (state: string) => Promise<void> {
  return async (state) => {
    await expectToFit(visitor.page);
    await visitor.expectAccessible(`${prefix} ${state}`);
    await visitor.picture(`${prefix}-${state}`);
  };
}

/** Nothing sticks out to the side: not of the page, and not of the element's frame or its body. */
export async function expectToFit(page: Page): Promise<void> {
  const tooWide = await page.evaluate(() => {
    const inside = document.querySelector('meeting-booking')?.shadowRoot?.querySelectorAll('.frame, .head, .body') ?? [];
    return [document.documentElement, ...inside].filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className || each.tagName);
  });
  expect(tooWide).toEqual([]);
}

const halfAnHourAfter = (start: string) => new Date(Date.parse(start) + 30 * 60_000).toISOString().replace('.000Z', 'Z');

/** A start whose neighbour is free too, so that the meeting, of an hour, can be moved to a time that overlaps its own. */
export async function startBeforeAnother(page: Page): Promise<{ start: string; next: string }> {
  const starts = await page.locator('[data-start]').evaluateAll((all) => all.map((each) => each.getAttribute('data-start') ?? ''));
  const start = starts.find((each) => starts.includes(halfAnHourAfter(each)));
  if (start === undefined) throw new Error(`No two starts follow each other among ${starts.join(', ')}`);
  return { start, next: halfAnHourAfter(start) };
}

/** What the demo bank calls a topic, a customer type and a branch, in a language that it has no translations into. */
export const NAMES = { topic: 'Mortgage', customerType: 'Private', branch: 'Copenhagen, City Hall Square' };

/** What a calendar program reads in the downloaded file is the meeting that was booked. */
export async function expectFileOf(download: Download, meeting: Booked, topic = NAMES.topic): Promise<void> {
  expect(download.suggestedFilename()).toMatch(/\.ics$/);
  const calendar = new ICAL.Component(ICAL.parse(await readFile(await download.path(), 'utf8')));
  const events = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each));
  expect(events).toHaveLength(1);
  const [event] = events as [ICAL.Event];
  expect(event.startDate.toJSDate().getTime()).toBe(Date.parse(meeting.startDate));
  expect(event.endDate.toJSDate().getTime()).toBe(Date.parse(meeting.endDate));
  expect(event.startDate.zone?.tzid).toBe('Europe/Copenhagen');
  expect(event.uid).toContain(meeting.id);
  expect(event.summary).toContain(topic);
}

/** From the step of the topics on. Leaves the customer at their meetings, with this one cancelled. */
export async function bookMoveCancel(visitor: Visitor, text: Messages, look: (state: string) => Promise<void>, names = NAMES): Promise<void> {
  const { page } = visitor;
  await visitor.heading(text.topicHeading).waitFor();
  await page.getByRole('radio', { name: names.customerType, exact: true }).check();
  await look('1-topic');
  await visitor.button(new RegExp(`^${names.topic}`)).click();

  await visitor.heading(text.howHeading).waitFor();
  await page.getByRole('radio', { name: new RegExp(`^${text.Physical}`) }).check();
  const branch = page.getByLabel(text.branch, { exact: true });
  await branch.selectOption('Copenhagen');
  expect(await branch.locator('option:checked').textContent()).toContain(names.branch);
  await look('2-how');
  await visitor.button(text.next).click();

  await visitor.heading(text.timeHeading).waitFor();
  await page.locator('[data-start]').first().waitFor();
  await visitor.button(text.nextMonth).click();
  await page.locator('[data-start]').nth(3).waitFor();
  await look('3-times');
  const { start, next } = await startBeforeAnother(page);
  await page.locator(`[data-start="${start}"]`).click();

  await visitor.heading(text.detailsHeading).waitFor();
  const first = await page.getByRole('timer').textContent();
  await expect.poll(() => page.getByRole('timer').textContent(), PATIENT).not.toBe(first);
  await page.getByLabel(text.note).fill('Our first home');
  await look('4-details');
  await visitor.button(text.keepLonger).click();
  await expect.poll(() => visitor.button(text.keepLonger).count(), PATIENT).toBe(0);
  const [created] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST' && each.url().endsWith('/bookme/meetings')),
    visitor.button(text.confirm).click(),
  ]);
  const booked = (await created.json()) as Booked;
  expect(booked.startDate).toBe(start);

  await visitor.heading(text.doneHeading).waitFor();
  expect(booked.roomId).toBeTruthy();
  await look('5-booked');
  expect(await page.getByRole('link', { name: /Google/ }).getAttribute('href')).toMatch(/^https:\/\/calendar\.google\.com\/.*dates=\d{8}T\d{6}Z/);
  const [download] = await Promise.all([page.waitForEvent('download'), visitor.button(text.downloadFile).click()]);
  await expectFileOf(download, booked, names.topic);

  await visitor.button(text.myMeetings).first().click();
  await visitor.heading(text.meetingsHeading).waitFor();
  const meeting = page.locator(`[data-meeting="${booked.id}"]`);
  await meeting.waitFor();
  await look('6-meetings');
  const before = await meeting.locator('dd').nth(1).textContent();
  await meeting.getByRole('button', { name: new RegExp(`^${text.move}`) }).click();
  await visitor.heading(text.moveHeading).waitFor();
  await page.locator(`[data-start="${next}"]`).waitFor();
  await look('7-move');
  await page.locator(`[data-start="${next}"]`).click();
  await visitor.heading(text.detailsHeading).waitFor();
  await look('8-confirm-move');
  await visitor.button(text.confirmMove).click();
  await visitor.heading(text.movedHeading).waitFor();
  await look('9-moved');
  await visitor.button(text.myMeetings).first().click();
  await expect.poll(() => meeting.locator('dd').nth(1).textContent(), PATIENT).not.toBe(before);

  await meeting.getByRole('button', { name: new RegExp(`^${text.cancel}`) }).click();
  await visitor.heading(text.cancelHeading).waitFor();
  await look('cancel');
  await visitor.button(text.cancel).click();
  await page.getByText(text.cancelled).waitFor();
  await look('cancelled');
}
