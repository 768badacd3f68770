import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languageOf } from '../../src/i18n';
import { reasonText } from '../../src/i18n/refusals';
import { ar } from '../../src/staff/texts/ar';
import { da } from '../../src/staff/texts/da';
import { de } from '../../src/staff/texts/de';
import { PATIENT, Visitor, asClient, asStaff, launch, stackOf } from './browser';
import { expectToFit } from './journey';

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
  meetingType: string;
}

/** A meeting of this customer, online with Bo, on a day when he is free for the next hours and at 16:00 as well. */
async function book(customerId: string): Promise<void> {
  const call = await asStaff(stack);
  const soon = new Date(Date.now() + 14 * 86_400_000).toISOString();
  const query = new URLSearchParams({ requireEmployeeParticipation: 'true', explicitEmployeeIds: 'bo', meetingTypes: 'Online', meetingDuration: '60', topicId: 'pension', customerTypeId: 'private', startDate: soon, lookForwardTime: 'P28D' });
  const offers = (await (await call('GET', `/bookme/time-slots/available?${query}`)).json()) as Offer[];
  const starts = new Set(offers.map((each) => Date.parse(each.startDate)));
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Copenhagen', hour: '2-digit', minute: '2-digit' });
  const isAtFour = (start: number, first: number) => start > first && start < first + 10 * 3_600_000 && clock.format(start) === '16:00';
  const offer = offers.find(({ startDate }) => {
    const first = Date.parse(startDate);
    return [30, 60, 90, 120].every((minutes) => starts.has(first + minutes * 60_000)) && clock.format(first) < '12' && [...starts].some((start) => isAtFour(start, first));
  });
  if (!offer) throw new Error('Bo has no day that is free enough.');
  const partner = await asClient(stack, 'partner');
  const { startDate, endDate } = offer;
  const answer = await partner('POST', '/bookme/meetings', { startDate, endDate, employeeId: 'bo', type: 'Online', bookedBy: 'PortalPartner', topicId: 'pension', customerTypeId: 'private', customerId });
  expect(answer.status).toBe(201);
}

const middle = async (of: Locator) => {
  const box = await of.boundingBox();
  if (!box) throw new Error('It is not shown.');
  return { x: box.x + box.width / 2, y: box.y + Math.min(box.height / 2, 12), height: box.height };
};

test('an employee finds a customer’s meeting, moves it by dragging and by keyboard, asks why not, books and cancels', async () => {
  const customer = `walk-${Date.now()}`;
  await book(customer);
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 1440, height: 1000 } });
  const { page } = visitor;
  const agendas: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().includes('/bookme/agendas')) agendas.push(request.url());
  });
  await visitor.open('/staff/');
  await visitor.button('Sign in').click();
  await visitor.signIn(stack.employees[0]);

  // The week of twelve employees, in one call.
  await page.locator('.ec-bg-event').first().waitFor();
  for (const name of ['Anna Holm', 'Karen Juhl']) await page.getByText(name, { exact: true }).first().waitFor();
  expect(agendas).toHaveLength(1);
  await visitor.expectAccessible('week');

  await page.getByRole('searchbox').fill(customer);
  await visitor.button('Find').click();
  await page.getByRole('heading', { name: `Customer ${customer}` }).waitFor();
  await page.locator('.results button').click();
  await page.locator('[data-meeting]').waitFor();
  await page.locator('.ec-event.chosen').waitFor();
  await visitor.expectAccessible('meeting in the week');
  await visitor.picture('staff-1-week');

  // By dragging, in the view of one day.
  await visitor.button('Day').click();
  const event = page.locator('.ec-event.chosen');
  await event.waitFor();
  await event.scrollIntoViewIfNeeded();
  const from = await middle(event);
  const before = await page.locator('[data-meeting] dd').first().textContent();
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, from.y + 20, { steps: 4 });
  await page.mouse.move(from.x, from.y + from.height + 26, { steps: 8 });
  await page.mouse.up();
  await page.getByText(/^Moved to/).waitFor();
  const dragged = await page.locator('[data-meeting] dd').first().textContent();
  expect(dragged).not.toBe(before);
  await visitor.expectAccessible('day');
  await visitor.picture('staff-2-day');

  // By keyboard: Enter on the meeting, another time in the form.
  await page.locator('.ec-event.chosen button').focus();
  await page.keyboard.press('Enter');
  // Only then is the panel that of the meeting as it is now, and the focus does not move any more.
  await expect.poll(() => page.evaluate(() => document.activeElement?.id), PATIENT).toBe('panel-heading');
  await page.locator('aside form input[name=time]').fill('16:00');
  await page.locator('aside form input[name=time]').press('Enter');
  await expect.poll(() => page.locator('[data-meeting] dd').first().textContent(), PATIENT).toContain('16:00');

  // Why not: a time that this very meeting takes.
  await visitor.button('Close').click();
  await page.getByRole('combobox', { name: 'Employee' }).selectOption('bo');
  await page.getByLabel('Time', { exact: true }).fill('16:00');
  await page.getByRole('combobox', { name: 'Topic' }).selectOption('pension');
  await page.getByRole('combobox', { name: 'Customer type' }).selectOption('private');
  await page.getByRole('combobox', { name: 'How' }).selectOption('Online');
  await visitor.button('Check this time').click();
  const why = page.locator('.verdict .notice');
  await why.waitFor();
  expect(await why.getAttribute('data-reason')).toBe('BUSY');
  await visitor.expectAccessible('why not');
  await visitor.picture('staff-3-why-not');

  // And by pointing at an empty place of the same column, some hours before.
  const booked = await middle(page.locator('.ec-event.kind-meeting', { hasText: '16:00' }).first());
  await page.mouse.click(booked.x, booked.y - 135);
  await expect.poll(() => page.locator('.verdict > h3').textContent(), PATIENT).toMatch(/1[34]:[03]0/);
  expect(await page.getByRole('combobox', { name: 'Employee' }).inputValue()).toBe('bo');

  // Book on behalf, at the first free time of the search.
  await visitor.button('Find free times').click();
  await page.locator('.results button').first().click();
  await page.getByLabel('Customer number').last().fill(customer);
  await page.getByLabel('Note').fill('Asked for by telephone');
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText(`Booked for customer ${customer}.`).waitFor();
  await visitor.expectAccessible('booked');
  await visitor.picture('staff-4-booked');
  await visitor.button('Cancel the meeting').click();
  await visitor.button('Cancel the meeting').click();
  await page.getByText('The meeting is cancelled.').waitFor();
  await visitor.leave();
});

const DEVICES = {
  da: { texts: da, viewport: { width: 320, height: 700 } },
  de: { texts: de, viewport: { width: 640, height: 450 } }, // 1280 pixels at 200 %
  ar: { texts: ar, viewport: { width: 1440, height: 900 } },
};

test.each(['da', 'de', 'ar'] as const)('the employees’ page fits and is accessible in %s, and says why in that language', async (lang) => {
  const { texts, viewport } = DEVICES[lang];
  const visitor = await Visitor.arrive(browser, stack, { viewport });
  const { page } = visitor;
  await visitor.open(`/staff/?lang=${lang}`);
  await visitor.expectAccessible(`${lang} signed out`);
  await visitor.picture(`staff-${lang}-0-signed-out`);
  await visitor.button(texts.signIn).click();
  await visitor.signIn(stack.employees[0]);
  await page.locator('.ec-bg-event').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
  await expectToFit(page);
  await visitor.expectAccessible(`${lang} week`);
  await visitor.picture(`staff-${lang}-1-week`);
  await visitor.button(texts.day).click();
  await page.locator('.ec-time-grid').waitFor();
  await page.getByRole('combobox', { name: texts.employee }).selectOption('bo');
  await page.getByLabel(texts.time, { exact: true }).fill('03:00');
  await visitor.button(texts.check).click();
  const why = page.locator('.verdict .notice');
  await why.waitFor();
  const reason = reasonText((await why.getAttribute('data-reason')) ?? '', languageOf(lang).messages);
  expect(reason).not.toBe('');
  expect(await why.textContent()).toContain(reason);
  await expectToFit(page);
  await visitor.expectAccessible(`${lang} why not`);
  await visitor.picture(`staff-${lang}-2-why-not`);
  await page.getByRole('searchbox').fill('nobody-at-all');
  await visitor.button(texts.find).click();
  await page.getByText(texts.nobody('nobody-at-all')).waitFor();
  await visitor.leave();
});

test('a customer who signs in on the employees’ page reads that the account is none of an employee, and sees nothing', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  await visitor.open('/staff/');
  await visitor.button('Sign in').click();
  await visitor.signIn(stack.customers[0]);
  await page.getByText('This account is not an employee account.', { exact: false }).waitFor();
  expect(await page.locator('.calendar, aside').count()).toBe(0);
  await visitor.expectAccessible('a customer on the employees’ page');
  await visitor.picture('staff-customer');
  await visitor.button('Sign out').click();
  await visitor.button('Sign in').waitFor();
  await visitor.leave();
});
