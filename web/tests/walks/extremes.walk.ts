import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor, launch, stackOf } from './browser';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const DAY = 86_400_000;
const soon = new Date(Math.floor(Date.now() / DAY) * DAY + 2 * DAY);

/** At the times of a search that the test answers, by the start that is asked for. */
async function searching(visitor: Visitor, answer: (startDate: string | null) => unknown[]): Promise<void> {
  const headers = { 'Access-Control-Allow-Origin': '*' };
  await visitor.page.route('**/time-slots/available?**', (route) => route.fulfill({ json: answer(new URL(route.request().url()).searchParams.get('startDate')), headers }));
  await visitor.open('/book/?topic=investment');
  await visitor.button('Sign in').click();
  await visitor.signIn(stack.customers[1]);
  await visitor.page.getByRole('radio', { name: /^Online/ }).check();
  await visitor.button('Continue').click();
}

test('two hundred times on a day stand under their hours', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const offers = Array.from({ length: 200 }, (_, index) => {
    const start = soon.getTime() + 7 * 3_600_000 + index * 3 * 60_000;
    const instant = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');
    return { startDate: instant(start), endDate: instant(start + 30 * 60_000), meetingType: 'Online', employeeId: 'bo' };
  });
  await searching(visitor, () => offers);
  await visitor.page.locator('[data-start]').first().waitFor();
  expect(await visitor.page.locator('[data-start]').count()).toBe(200);
  expect(await visitor.page.locator('.slots h3').count()).toBeGreaterThanOrEqual(10);
  await visitor.expectAccessible('200 times');
  await visitor.picture('extreme-200-times');
  await visitor.leave();
});

test('a month without a free time leads to the next one, and none at all to another way to meet', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  let isHopeless = false;
  const far = `${new Date(Date.now() + 65 * DAY).toISOString().slice(0, 10)}T09:00:00Z`;
  const offer = { startDate: far, endDate: far.replace('09:00', '09:45'), meetingType: 'Online', employeeId: 'bo' };
  const thisMonth = new Date().toISOString().slice(0, 7);
  // Nothing in this month; the look ahead, from the next month on, finds one.
  await searching(visitor, (startDate) => (isHopeless || !startDate || startDate.startsWith(thisMonth) ? [] : [offer]));
  await visitor.button(/^Go to the next free time/).waitFor();
  await visitor.expectAccessible('empty month');
  await visitor.picture('extreme-empty-month');
  await visitor.button(/^Go to the next free time/).click();
  await visitor.page.locator(`[data-start="${far}"]`).waitFor();

  isHopeless = true;
  await visitor.button('Change where and how').click();
  await visitor.button('Continue').click();
  await visitor.page.getByText(/There are no free times in the period/).waitFor();
  await visitor.expectAccessible('no times at all');
  await visitor.picture('extreme-no-times');
  await visitor.leave();
});
