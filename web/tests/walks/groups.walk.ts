/** Two customers book seats in one group meeting: the page says how many are left, and an employee sees them together. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/i18n/en';
import { en as staff } from '../../src/staff/texts/en';
import { Visitor, asStaff, launch, stackOf } from './browser';
import { looker } from './journey';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('two customers book seats in one group meeting, and the employee sees both', async () => {
  const meetings: { id: string; startDate: string; employeeId: string }[] = [];
  let left: number | undefined;
  for (const customer of stack.customers.slice(0, 2)) {
    const visitor = await Visitor.arrive(browser, stack);
    const { page } = visitor;
    const look = looker(visitor, `groups-${meetings.length + 1}`);
    await visitor.open('/book/?lang=en&booking=step:topic');
    await visitor.button(en.signIn).click();
    await visitor.signIn(customer);
    await visitor.heading(en.topicHeading).waitFor();
    await page.getByRole('radio', { name: 'Private', exact: true }).check();
    await visitor.button(/^Buying a first home/).click();
    await visitor.heading(en.howHeading).waitFor();
    await page.getByRole('radio', { name: new RegExp(`^${en.Online}`) }).check();
    await visitor.button(en.next).click();
    await visitor.heading(en.timeHeading).waitFor();
    await page.locator('[data-start]').first().waitFor();
    await visitor.button(en.nextMonth).click();
    const time = meetings[0] ? page.locator(`[data-start="${meetings[0].startDate}"]`) : page.locator('[data-start]').nth(2);
    await time.waitFor();
    const seats = Number(/(\d+) seats? left/.exec((await time.textContent()) ?? '')?.[1]);
    expect(seats).toBe(left === undefined ? seats : left - 1);
    left = seats;
    await look('times');
    await time.click();
    await visitor.heading(en.detailsHeading).waitFor();
    const [created] = await Promise.all([
      page.waitForResponse((each) => each.request().method() === 'POST' && each.url().endsWith('/bookme/meetings')),
      visitor.button(en.confirm).click(),
    ]);
    meetings.push((await created.json()) as { id: string; startDate: string; employeeId: string });
    await visitor.heading(en.doneHeading).waitFor();
    await look('booked');
    await visitor.leave();
  }
  const [first, second] = meetings;
  expect(second?.startDate).toBe(first?.startDate);
  expect(second?.employeeId).toBe(first?.employeeId);

  const employee = await Visitor.arrive(browser, stack, { viewport: { width: 1440, height: 1000 } });
  const { page } = employee;
  await employee.open('/staff/');
  await employee.button(staff.signIn).click();
  await employee.signIn(stack.employees[0]);
  await page.locator('.ec-bg-event').first().waitFor();
  await page.locator('input[type=date]').first().fill((first?.startDate ?? '').slice(0, 10));
  await employee.button(new RegExp(staff.customers(2))).first().click();
  for (const { username } of stack.customers.slice(0, 2)) await employee.button(new RegExp(username)).waitFor();
  await employee.expectAccessible('the customers of a group meeting');
  await employee.picture('groups-3-employee');
  await employee.leave();
  const call = await asStaff(stack); // other walks look for their customers' only meeting
  for (const { id } of meetings) expect((await call('DELETE', `/bookme/meetings/${id}`)).status).toBe(204);
});
