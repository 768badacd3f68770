import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../src/i18n/en';
import { PATIENT, Visitor, launch, stackOf } from './browser';
import { bookMoveCancel, looker } from './journey';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a customer books a mortgage meeting with a room, gets the calendar file, moves the meeting and cancels it', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  const look = looker(visitor, 'book');
  await visitor.open('/');
  await expect.poll(() => page.locator('#curl').textContent(), PATIENT).toContain('/bookme/meetings');
  await visitor.expectAccessible('start page');
  await visitor.picture('start');
  await page.getByRole('link', { name: 'Booking page' }).click();

  await visitor.button('Sign in').waitFor();
  await look('0-signed-out');
  await visitor.button('Sign in').click();
  await visitor.signIn();
  await bookMoveCancel(visitor, en, look);
  await visitor.leave();
});
