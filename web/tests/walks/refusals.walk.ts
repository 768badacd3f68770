/** What the API refuses is said in the reader's language, on the booking page, in my meetings and on the employees' page. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { da } from '../../src/i18n/da';
import { da as staffDa } from '../../src/staff/texts/da';
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

/** An online meeting about a business loan, weeks ahead. */
async function book(customerId: string): Promise<string> {
  const staff = await asStaff(stack);
  const startDate = new Date(Date.now() + 21 * 86_400_000).toISOString();
  const query = new URLSearchParams({ requireEmployeeParticipation: 'false', meetingTypes: 'Online', topicId: 'business-loan', customerTypeId: 'business', startDate, lookForwardTime: 'P28D' });
  const [offer] = (await (await staff('GET', `/bookme/time-slots/available?${query}`)).json()) as Offer[];
  const partner = await asClient(stack, 'partner');
  const answer = await partner('POST', '/bookme/meetings', {
    startDate: offer?.startDate,
    endDate: offer?.endDate,
    employeeId: offer?.employeeId,
    type: 'Online',
    bookedBy: 'PortalPartner',
    topicId: 'business-loan',
    customerTypeId: 'business',
    customerId,
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

test('a Danish customer reads in Danish that somebody else took the time', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  await visitor.open('/book/?topic=investment&lang=da');
  await visitor.button(da.signIn).click();
  await visitor.signIn(stack.customers[1]);
  await page.getByRole('radio', { name: new RegExp(`^${da.Online}`) }).check();
  await visitor.button(da.next).click();
  await page.locator('[data-start]').first().waitFor();
  await visitor.button(da.nextMonth).click();
  const time = page.locator('[data-start]').last();
  await time.waitFor();
  const startDate = (await time.getAttribute('data-start')) ?? '';
  // Everyone who could have that time gets another meeting.
  const staff = await asStaff(stack);
  const query = new URLSearchParams({ requireEmployeeParticipation: 'false', meetingTypes: 'Online', topicId: 'investment', customerTypeId: 'private', startDate, lookForwardTime: '01:00', allEmployees: 'true' });
  const offers = ((await (await staff('GET', `/bookme/time-slots/available?${query}`)).json()) as Offer[]).filter((each) => each.startDate === startDate);
  const held: string[] = [];
  for (const { employeeId, endDate } of offers) {
    const answer = await staff('POST', '/bookme/time-slots/reserve', { token: crypto.randomUUID(), timeSlot: { startDate, endDate, employeeId, meetingType: 'Online', topicId: 'investment' } });
    expect(answer.status).toBe(201);
    held.push(((await answer.json()) as { id: string }).id);
  }
  await time.click();
  await page.getByText(/^En anden har lige taget/).waitFor();
  await page.getByText(da.nextTimes).waitFor();
  await visitor.expectAccessible('taken, in Danish');
  await visitor.picture('refused-da-1-taken');
  for (const id of held) await staff('DELETE', `/bookme/time-slots/${id}`);
  await visitor.leave();
});

test('a Danish customer reads in Danish that one is busy at a time, and may have no further meeting', async () => {
  const customer = stack.customers[1];
  const [partner, staff, admin] = [await asClient(stack, 'partner'), await asStaff(stack), await asClient(stack, 'admin')];
  const topic = (await (await admin('GET', '/config/meeting-topics/investment')).json()) as Record<string, unknown>;
  const organisation = (await (await admin('GET', '/config/organisation')).json()) as Record<string, unknown>;
  const about = { topicId: 'investment', customerTypeId: 'private' };
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  let meeting = '';
  try {
    expect((await admin('PUT', '/config/organisation', { ...organisation, overlapForCustomer: false })).status).toBe(200);
    await visitor.open('/book/?topic=investment&lang=da');
    await visitor.button(da.signIn).click();
    await visitor.signIn(customer);
    await page.getByRole('radio', { name: new RegExp(`^${da.Online}`) }).check();
    await visitor.button(da.next).click();
    await page.locator('[data-start]').first().waitFor();
    await visitor.button(da.nextMonth).click();
    const time = page.locator('[data-start]').first();
    await time.waitFor();
    const startDate = (await time.getAttribute('data-start')) ?? '';
    // The customer gets a meeting then, with somebody other than the page offers.
    const query = new URLSearchParams({ ...about, requireEmployeeParticipation: 'false', meetingTypes: 'Online', startDate, lookForwardTime: '01:00' });
    const [offered] = (await (await staff('GET', `/bookme/time-slots/available?${query}`)).json()) as Offer[];
    const free = (await (await staff('GET', `/bookme/time-slots/available?${query}&allEmployees=true`)).json()) as Offer[];
    const other = free.find((each) => each.startDate === startDate && each.employeeId !== offered?.employeeId);
    const booked = await partner('POST', '/bookme/meetings', { ...about, startDate, endDate: other?.endDate, employeeId: other?.employeeId, type: 'Online', bookedBy: 'PortalPartner', customerId: customer?.username });
    expect(booked.status).toBe(201);
    meeting = ((await booked.json()) as { id: string }).id;
    await time.click();
    await page.getByRole('alert').getByText(da.codes.CUSTOMER_BUSY).waitFor();
    await visitor.expectAccessible('busy at that time, in Danish');
    await visitor.picture('refused-da-5-customer-busy');

    expect((await admin('PUT', '/config/meeting-topics/investment', { ...topic, maxUpcomingMeetings: 1 })).status).toBe(200);
    await page.locator('[data-start]').last().click();
    await page.getByRole('alert').getByText(da.codes.TOO_MANY_MEETINGS).waitFor();
    await visitor.expectAccessible('no further meeting, in Danish');
    await visitor.picture('refused-da-6-too-many-meetings');
  } finally {
    await admin('PUT', '/config/meeting-topics/investment', topic);
    await admin('PUT', '/config/organisation', organisation);
    if (meeting) await staff('DELETE', `/bookme/meetings/${meeting}`);
  }
  await visitor.leave();
});

test('a Danish customer reads in Danish that it is too late to cancel and to move, and an employee why not', async () => {
  const customer = stack.customers[1];
  const meetingId = await book(customer?.username ?? '');
  const admin = await asClient(stack, 'admin');
  const topic = (await (await admin('GET', '/config/meeting-topics/business-loan')).json()) as Record<string, unknown>;
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  try {
    // From now on the notice that customers must give has passed.
    const changed = await admin('PUT', '/config/meeting-topics/business-loan', { ...topic, cancelNotice: '80.00:00:00', changeNotice: '80.00:00:00' });
    expect(changed.status).toBe(200);
    await visitor.open('/book/?lang=da');
    await visitor.button(da.signIn).click();
    await visitor.signIn(customer);
    await visitor.button(da.myMeetings).first().click();
    const meeting = page.locator(`[data-meeting="${meetingId}"]`);
    await meeting.getByRole('button', { name: new RegExp(`^${da.cancel}`) }).click();
    await visitor.heading(da.cancelHeading).waitFor();
    await visitor.button(da.cancel).click();
    await page.getByRole('alert').getByText(da.codes.TOO_LATE_TO_CANCEL).waitFor();
    await visitor.expectAccessible('too late to cancel, in Danish');
    await visitor.picture('refused-da-2-too-late-to-cancel');
    await visitor.button(da.keep).click();
    await meeting.getByRole('button', { name: new RegExp(`^${da.move}`) }).click();
    await page.getByRole('alert').getByText(da.codes.TOO_LATE_TO_CHANGE).waitFor();
    await visitor.expectAccessible('too late to move, in Danish');
    await visitor.picture('refused-da-3-too-late-to-move');
  } finally {
    await admin('PUT', '/config/meeting-topics/business-loan', topic);
  }
  await visitor.leave();

  const employee = await Visitor.arrive(browser, stack, { viewport: { width: 1440, height: 1000 } });
  await employee.open('/staff/?lang=da');
  await employee.button(staffDa.signIn).click();
  await employee.signIn(stack.employees[0]);
  await employee.page.getByRole('searchbox').fill(customer?.username ?? '');
  await employee.button(staffDa.find).click();
  await employee.page.locator('.results button').last().click();
  await employee.page.locator(`[data-meeting="${meetingId}"]`).waitFor();
  await employee.page.locator('aside form input[name=time]').fill('03:00');
  await employee.button(staffDa.move).click();
  const refusal = staffDa.refused(da.notOffered(da.reasons.OUTSIDE_WORKING_TIME));
  await expect.poll(() => employee.page.locator('aside [role=status]').textContent(), PATIENT).toContain(refusal);
  await employee.expectAccessible('not moved, in Danish');
  await employee.picture('refused-da-4-not-moved');
  await (await asStaff(stack))('DELETE', `/bookme/meetings/${meetingId}`);
  await employee.leave();
});
