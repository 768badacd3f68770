import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENT, Visitor, asStaff, launch, stackOf } from './browser';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const NOTE = 'We have two children and a dog';

/** At the times of an online talk about investments, two months ahead, where each test finds times of its own. */
async function atTheTimes(user = stack.customers[0]): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, stack);
  await visitor.open('/book/?topic=investment');
  await visitor.button('Sign in').click();
  await visitor.signIn(user);
  await visitor.page.getByRole('radio', { name: /^Online/ }).check();
  await visitor.button('Continue').click();
  await visitor.page.locator('[data-start]').first().waitFor();
  for (let month = 0; month < 2; month += 1) {
    await visitor.button('Next month').click();
    await visitor.page.locator('[data-start]').first().waitFor();
  }
  return visitor;
}

async function details(visitor: Visitor): Promise<void> {
  await visitor.page.locator('[data-start]').first().click();
  await visitor.heading('Check and confirm').waitFor();
  await visitor.page.getByLabel(/What should we prepare/).fill(NOTE);
}

test('two browsers want the same time: one gets it, the other reads a sentence and the next free times', async () => {
  const one = await atTheTimes(stack.customers[0]);
  const other = await atTheTimes(stack.customers[1]);
  // Both are offered the same time of the same employee.
  const start = await one.page.locator('[data-start]').first().getAttribute('data-start');
  expect(await other.page.locator('[data-start]').first().getAttribute('data-start')).toBe(start);
  await other.page.evaluate((note) => sessionStorage.setItem('booking.draft.booking', JSON.stringify({ token: crypto.randomUUID(), note })), NOTE);
  await details(one);
  await one.button('Book the meeting').click();
  await one.heading('Your meeting is booked').waitFor();

  await other.page.locator(`[data-start="${start}"]`).click();
  await other.page.getByText(/Somebody else has just taken|can no longer be booked/).waitFor();
  await other.page.getByText('The next free times:').waitFor();
  await other.expectAccessible('taken');
  await other.picture('taken');
  const next = other.page.getByRole('alert').getByRole('button').first();
  await next.click();
  await other.heading('Check and confirm').waitFor();
  await one.leave();
  await other.leave();
});

test('a hold that lapses while somebody types leads back to the times, and what was typed stays', async () => {
  const visitor = await atTheTimes();
  const { page } = visitor;
  // The reader's clock goes on by five minutes.
  await page.clock.install();
  await details(visitor);
  await page.clock.fastForward('05:01');
  await page.getByText(/is no longer held for you/).waitFor();
  await visitor.expectAccessible('lapsed');
  await visitor.picture('lapsed');
  await page.locator('[data-start]').nth(1).click();
  await visitor.heading('Check and confirm').waitFor();
  expect(await page.getByLabel(/What should we prepare/).inputValue()).toBe(NOTE);
  await visitor.leave();
});

test('the network fails: a sentence, the same request again, and one meeting', async () => {
  const visitor = await atTheTimes();
  const { page } = visitor;
  await details(visitor);
  const keys: (string | undefined)[] = [];
  let answers = 0;
  await page.route('**/bookme/meetings', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    answers += 1;
    if (answers === 1) return route.abort('connectionfailed');
    if (answers === 2) {
      // It arrives, and its answer is lost.
      await route.fetch();
      return route.abort('connectionreset');
    }
    return route.continue();
  });
  await visitor.button('Book the meeting').click();
  await page.getByText(/could not reach the booking system/).waitFor();
  await visitor.expectAccessible('no connection');
  await visitor.picture('no-connection');
  await visitor.button('Try again').click();
  await expect.poll(() => answers, PATIENT).toBe(2);
  await page.getByText(/could not reach the booking system/).waitFor();
  await visitor.button('Try again').click();
  await visitor.heading('Your meeting is booked').waitFor();
  expect(new Set(keys).size).toBe(1);
  const id = new URL(page.url()).searchParams.get('booking')?.match(/meeting:([^,]+)/)?.[1];
  const call = await asStaff(stack);
  const meeting = (await (await call('GET', `/bookme/meetings/${id}`)).json()) as { customerId: string; startDate: string; endDate: string; timeSlotId: string };
  const query = new URLSearchParams({ customerId: meeting.customerId, startDate: meeting.startDate, endDate: meeting.endDate });
  const { items } = (await (await call('GET', `/bookme/meetings?${query}`)).json()) as { items: { timeSlotId: string }[] };
  // Other walks may have booked this time with somebody else.
  expect(items.filter((each) => each.timeSlotId === meeting.timeSlotId)).toHaveLength(1);
  await visitor.leave();
});

test('the sign-in expires, or the page is loaded again: the reader signs in and is back at the same place', async () => {
  const visitor = await atTheTimes();
  const { page } = visitor;
  await details(visitor);
  const place = page.url();
  await page.goBack();
  await visitor.heading('When does it suit you?').waitFor();
  await page.goForward();
  await visitor.heading('Check and confirm').waitFor();
  expect(await page.getByLabel(/What should we prepare/).inputValue()).toBe(NOTE);
  await page.route('**/bookme/meetings', (route) => route.fulfill({ status: 401, json: { code: 'UNAUTHENTICATED', message: '', details: {}, requestId: 'r' }, headers: { 'Access-Control-Allow-Origin': '*' } }));
  await visitor.button('Book the meeting').click();
  await page.getByText(/You have been signed out/).waitFor();
  await visitor.expectAccessible('signed out again');
  await page.unroute('**/bookme/meetings');
  await visitor.button('Sign in').click();
  await visitor.signIn();
  await visitor.heading('Check and confirm').waitFor();
  expect(page.url()).toBe(place);
  expect(await page.getByLabel(/What should we prepare/).inputValue()).toBe(NOTE);

  await page.reload();
  await page.getByText(/You have been signed out/).waitFor();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('eyJ');
  await visitor.button('Sign in').click();
  await visitor.signIn();
  await visitor.heading('Check and confirm').waitFor();

  await visitor.button('Book the meeting').click();
  await visitor.heading('Your meeting is booked').waitFor();
  await visitor.leave();
});

test('who holds as many times as one person may reads that, and how to go on', async () => {
  const visitor = await atTheTimes(stack.customers[1]);
  const { page } = visitor;
  await page.route('**/time-slots/reserve', (route) =>
    route.fulfill({ status: 429, json: { code: 'TOO_MANY_HOLDS', message: '', details: {}, requestId: 'r' }, headers: { 'Access-Control-Allow-Origin': '*' } }),
  );
  await page.locator('[data-start]').first().click();
  await page.getByText(/You already hold the maximum number of times/).waitFor();
  await visitor.expectAccessible('too many holds');
  await visitor.leave();
});
