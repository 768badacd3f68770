import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor, launch, stackOf } from './browser';
import { expectToFit, looker } from './journey';

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

test('the calendar opens at the first free time, a month without one leads to the next, and none at all to another way to meet', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  let isHopeless = false;
  const far = `${new Date(Date.now() + 65 * DAY).toISOString().slice(0, 10)}T09:00:00Z`;
  const offer = { startDate: far, endDate: far.replace('09:00', '09:45'), meetingType: 'Online', employeeId: 'bo' };
  const thisMonth = new Date().toISOString().slice(0, 7);
  // Nothing in this month; the look ahead, from the next month on, finds one.
  await searching(visitor, (startDate) => (isHopeless || !startDate || startDate.startsWith(thisMonth) ? [] : [offer]));
  await visitor.page.locator(`[data-start="${far}"]`).waitFor();
  while (await visitor.button('Previous month').isEnabled()) await visitor.button('Previous month').click();
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

const LONG = 'Ejendomsfinansieringsrådgivning og generationsskifte i familieejede landbrugsvirksomheder med flere ejere';
const UNBROKEN = 'Investeringsforeningsbeviserhvervelsesrådgivningssamtaleforberedelsesskema';

/** The lists of the organisation, with long names for all things. */
async function withLongNames(visitor: Visitor): Promise<void> {
  await visitor.page.route(/\/(config\/|bookme\/meeting-topics)/, async (route) => {
    const answer = await route.fetch();
    const things = (await answer.json()) as { name?: string }[] | Record<string, unknown>;
    const longer = Array.isArray(things) ? things.map((each, index) => ({ ...each, name: index % 2 ? UNBROKEN : LONG })) : things;
    return route.fulfill({ response: answer, json: longer });
  });
}

test.each([320, 1100])('long names are wrapped, not cut off, on a screen of %i pixels', async (width) => {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width, height: 800 } });
  const { page } = visitor;
  const look = looker(visitor, `extreme-long-${width}`);
  await withLongNames(visitor);
  await visitor.open('/book/');
  await visitor.button('Sign in').click();
  await visitor.signIn(stack.customers[1]);
  await visitor.heading('What would you like to talk about?').waitFor();
  await page.getByRole('radio').first().check();
  await look('topic');
  await page.getByRole('button', { name: /\d+ min/ }).first().click();
  await visitor.heading('Where and how would you like to meet?').waitFor();
  await look('how');
  await page.getByRole('radio', { name: /^Online/ }).check();
  await visitor.button('Continue').click();
  await page.locator('[data-start]').first().waitFor();
  await page.locator('[data-start]').last().click();
  await visitor.heading('Check and confirm').waitFor();
  await page.getByLabel(/What should we prepare/).fill(`${UNBROKEN} `.repeat(12));
  await look('details');
  await visitor.leave();
});

test('twice as large (200 % zoom of 1280 pixels), everything is there without scrolling to the side', async () => {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  const { page } = visitor;
  const look = looker(visitor, 'zoom');
  await visitor.open('/book/?topic=investment');
  await visitor.button('Sign in').click();
  await visitor.signIn(stack.customers[1]);
  await page.getByRole('radio', { name: /^Online/ }).check();
  await look('how');
  await visitor.button('Continue').click();
  await page.locator('[data-start]').first().waitFor();
  await look('times');
  await page.locator('[data-start]').last().click();
  await visitor.heading('Check and confirm').waitFor();
  await look('details');
  await page.route('**/bookme/meetings?**', (route) => route.fulfill({ json: { items: [] }, headers: { 'Access-Control-Allow-Origin': '*' } }));
  await visitor.button('My meetings').click();
  await page.getByText('You have no meetings ahead.').waitFor();
  await look('no-meetings');
  await visitor.open('/');
  await page.locator('#users tr').first().waitFor();
  await expectToFit(page);
  await visitor.picture('zoom-start');
  await visitor.leave();
});
