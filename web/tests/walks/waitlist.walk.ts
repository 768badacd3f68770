/** A customer who waits is offered a time that becomes free, opens the message's link, and books it with one click. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { de } from '../../src/i18n/de';
import { PATIENT, Visitor, asClient, asStaff, launch, stackOf } from './browser';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface Offer {
  startDate: string;
  endDate: string;
  employeeId: string;
}

test('a customer takes a time that the waitlist offers', async () => {
  const customer = stack.customers[1];
  const staff = await asStaff(stack);
  const partner = await asClient(stack, 'partner');
  const about = { topicId: 'business-loan', customerTypeId: 'business' };
  const startDate = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const query = new URLSearchParams({ requireEmployeeParticipation: 'false', meetingTypes: 'Online', ...about, startDate, lookForwardTime: 'P28D' });
  const [free] = (await (await staff('GET', `/bookme/time-slots/available?${query}`)).json()) as Offer[];
  if (!free) throw new Error('No time is free.');
  const taken = await partner('POST', '/bookme/meetings', { ...free, type: 'Online', bookedBy: 'PortalPartner', ...about, customerId: 'somebody' });
  expect(taken.status).toBe(201);
  const joined = await partner('POST', '/bookme/waitlist', {
    requireEmployeeParticipation: true,
    explicitEmployeeIds: [free.employeeId],
    startDate: free.startDate,
    endDate: free.endDate,
    meetingDuration: (Date.parse(free.endDate) - Date.parse(free.startDate)) / 60_000,
    meetingTypes: ['Online'],
    ...about,
    customerId: customer?.username,
  });
  expect(joined.status).toBe(201);
  const { id } = (await joined.json()) as { id: string };
  await partner('DELETE', `/bookme/meetings/${((await taken.json()) as { id: string }).id}`);
  const entry = async () => (await (await partner('GET', `/bookme/waitlist/${id}`)).json()) as { status: string; offer?: { timeSlotId: string } };
  await expect.poll(async () => (await entry()).status, { timeout: 60_000, interval: 500 }).toBe('Offered');

  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  await visitor.open(`/book/?lang=de&booking=step:details,slot:${(await entry()).offer?.timeSlotId}`);
  await visitor.button(de.signIn).click();
  await visitor.signIn(customer);
  await visitor.heading(de.detailsHeading).waitFor();
  await page.getByRole('timer').waitFor();
  expect(await visitor.button(de.keepLonger).count()).toBe(0);
  await visitor.expectAccessible('an offer of the waitlist');
  await visitor.picture('waitlist-1-offered');
  await page.locator('form button.primary').click();
  await visitor.heading(de.doneHeading).waitFor();
  await visitor.picture('waitlist-2-booked');
  await expect.poll(async () => (await entry()).status, PATIENT).toBe('Booked');
  const { meetingId } = (await entry()) as { meetingId?: string };
  await staff('DELETE', `/bookme/meetings/${meetingId}`);
  await visitor.leave();
});
