import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENT, Visitor, launch, stackOf } from './browser';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a customer books a mortgage meeting with a room, gets the calendar file, moves the meeting and cancels it', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  await visitor.open('/');
  await expect.poll(() => page.locator('#curl').textContent(), PATIENT).toContain('/bookme/meetings');
  await visitor.expectAccessible('start page');
  await visitor.picture('start');
  await page.getByRole('link', { name: 'Booking page' }).click();

  await visitor.button('Sign in').waitFor();
  await visitor.expectAccessible('signed out');
  await visitor.picture('book-0-signed-out');
  await visitor.button('Sign in').click();
  await visitor.signIn();

  await visitor.heading('What would you like to talk about?').waitFor();
  await page.getByRole('radio', { name: 'Private' }).check();
  await visitor.expectAccessible('topic');
  await visitor.picture('book-1-topic');
  await visitor.button(/^Mortgage/).click();

  await visitor.heading('Where and how would you like to meet?').waitFor();
  await page.getByRole('radio', { name: /In person/ }).check();
  await page.getByLabel('Branch', { exact: true }).selectOption('Copenhagen');
  await visitor.expectAccessible('where and how');
  await visitor.picture('book-2-how');
  await visitor.button('Continue').click();

  await visitor.heading('When does it suit you?').waitFor();
  await page.locator('[data-start]').first().waitFor();
  await visitor.button('Next month').click();
  await page.locator('[data-start]').nth(3).waitFor();
  await visitor.expectAccessible('times');
  await visitor.picture('book-3-times');
  const place = page.url();
  // A start whose neighbour is free too, so that the meeting can later be moved to a time that overlaps its own.
  const starts = await page.locator('[data-start]').evaluateAll((all) => all.map((each) => each.getAttribute('data-start') ?? ''));
  const halfAnHourAfter = (start: string) => new Date(Date.parse(start) + 30 * 60_000).toISOString().replace('.000Z', 'Z');
  const start = starts.find((each) => starts.includes(halfAnHourAfter(each)));
  if (start === undefined) throw new Error(`No two starts follow each other among ${starts.join(', ')}`);
  await page.locator(`[data-start="${start}"]`).click();

  await visitor.heading('Check and confirm').waitFor();
  const first = await page.getByRole('timer').textContent();
  await expect.poll(() => page.getByRole('timer').textContent(), PATIENT).not.toBe(first);
  await page.getByLabel(/What should we prepare/).fill('Our first home');
  await visitor.expectAccessible('details');
  await visitor.picture('book-4-details');
  await visitor.button('Keep it longer').click();
  await expect.poll(() => visitor.button('Keep it longer').count(), PATIENT).toBe(0);
  expect(await page.getByRole('timer').textContent()).toMatch(/5:00|4:5\d/);
  const [created] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST' && each.url().endsWith('/bookme/meetings')),
    visitor.button('Book the meeting').click(),
  ]);
  const { id } = (await created.json()) as { id: string };

  await visitor.heading('Your meeting is booked').waitFor();
  await page.getByText(/Room /).waitFor();
  await visitor.expectAccessible('booked');
  await visitor.picture('book-5-booked');
  expect(await page.getByRole('link', { name: /Google/ }).getAttribute('href')).toMatch(/^https:\/\/calendar\.google\.com\/.*dates=\d{8}T\d{6}Z/);
  const [download] = await Promise.all([page.waitForEvent('download'), visitor.button('Download calendar file').click()]);
  expect(download.suggestedFilename()).toMatch(/\.ics$/);
  const text = await (await import('node:fs/promises')).readFile(await download.path(), 'utf8');
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect(text).toMatch(/\r\nBEGIN:VEVENT\r\n[\s\S]*DTSTART;TZID=/);

  await visitor.button('My meetings').first().click();
  await visitor.heading('My meetings').waitFor();
  const meeting = page.locator(`[data-meeting="${id}"]`);
  await meeting.waitFor();
  await visitor.expectAccessible('my meetings');
  await visitor.picture('meetings');
  const before = await meeting.locator('dd').nth(1).textContent();
  await meeting.getByRole('button', { name: /^Move/ }).click();
  await visitor.heading('Choose a new time').waitFor();
  await page.locator('[data-start]').first().waitFor();
  await visitor.expectAccessible('moving');
  await visitor.picture('move');
  await page.locator(`[data-start="${halfAnHourAfter(start)}"]`).click(); // it is an hour's meeting
  await visitor.button('Move the meeting').click();
  await visitor.heading('Your meeting is moved').waitFor();
  await visitor.button('My meetings').first().click();
  await expect.poll(() => meeting.locator('dd').nth(1).textContent(), PATIENT).not.toBe(before);

  await meeting.getByRole('button', { name: /^Cancel the meeting/ }).click();
  await visitor.heading('Cancel this meeting?').waitFor();
  await visitor.expectAccessible('cancel');
  await visitor.button('Cancel the meeting').click();
  await page.getByText('The meeting is cancelled.').waitFor();
  await visitor.expectAccessible('cancelled');
  await visitor.picture('cancelled');

  expect(place).toContain('booking=');
  await visitor.leave();
});
