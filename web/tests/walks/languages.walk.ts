import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENT, Visitor, launch, stackOf } from './browser';
import { NAMES, bookMoveCancel, expectFileOf, looker, startBeforeAnother } from './journey';
import { ar } from '../../src/i18n/ar';
import { da } from '../../src/i18n/da';
import { en } from '../../src/i18n/en';
import type { Messages } from '../../src/i18n';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function walk(visitor: Visitor, lang: string, text: Messages, names = NAMES): Promise<void> {
  const look = looker(visitor, lang);
  await visitor.open(`/book/?lang=${lang}`);
  await visitor.button(text.signIn).waitFor();
  await look('0-signed-out');
  await visitor.button(text.signIn).click();
  await visitor.signIn(stack.customers[1]);
  await bookMoveCancel(visitor, text, look, names);
}

test('in Danish, on a screen of 320 pixels', async () => {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 320, height: 640 } });
  await walk(visitor, 'da', da, { topic: 'Boliglån', customerType: 'Privat', branch: 'København, Rådhuspladsen' });
  await visitor.leave();
});

test('in a language that runs from right to left', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  await walk(visitor, 'ar', ar);
  expect(await visitor.page.evaluate(() => document.documentElement.dir)).toBe('rtl');
  await visitor.leave();
});

test('without a mouse, for a reader in another time zone who sees both clocks', async () => {
  const visitor = await Visitor.arrive(browser, stack, { timezoneId: 'America/New_York' });
  const { page } = visitor;
  /** Tabs on to what has this name, and presses the key. */
  const reach = async (name: RegExp, key = 'Enter') => {
    for (let tabs = 0; tabs < 40; tabs += 1) {
      await page.keyboard.press('Tab');
      const named = await page.evaluate(() => {
        let active: Element | null = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        const label = active instanceof HTMLInputElement || active instanceof HTMLSelectElement || active instanceof HTMLTextAreaElement ? (active.labels?.[0]?.textContent ?? '') : '';
        return `${active?.getAttribute('aria-label') ?? ''} ${label} ${active?.textContent ?? ''}`.replaceAll(/\s+/g, ' ').trim();
      });
      if (name.test(named)) return page.keyboard.press(key);
    }
    throw new Error(`${name} cannot be reached.`);
  };
  const reachStart = async (start: string) => {
    for (let tabs = 0; tabs < 80; tabs += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => {
        let active: Element | null = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        return active?.getAttribute('data-start');
      });
      if (found === start) return page.keyboard.press('Enter');
    }
    throw new Error(`The time ${start} cannot be reached.`);
  };
  const focused = () =>
    page.evaluate(() => {
      let active: Element | null = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.textContent?.trim();
    });

  await visitor.open('/book/?topic=mortgage');
  await visitor.button('Sign in').waitFor();
  await reach(/^Sign in$/);
  await page.locator('input[name=username]').waitFor();
  await page.locator('input[name=username]').focus();
  await page.keyboard.type(stack.customers[1]?.username ?? '');
  await page.keyboard.press('Tab');
  await page.keyboard.type(stack.customers[1]?.password ?? '');
  await page.keyboard.press('Enter');
  await visitor.heading(en.howHeading).waitFor();
  await reach(/^In person/, 'Space');
  expect(await page.getByRole('radio', { name: /^In person/ }).isChecked()).toBe(true);
  await reach(/^Continue/);
  await page.locator('[data-start]').first().waitFor();
  expect(await focused()).toBe(en.timeHeading);
  await reach(/^Next month/);
  await page.locator('[data-start]').first().waitFor();
  await reach(/free time/, 'ArrowRight');
  await page.locator('[data-start]').first().waitFor();
  await page.getByText(/your time/).first().waitFor();
  await page.getByText(/Eastern Standard Time/).waitFor();
  await visitor.expectAccessible('both clocks');
  await visitor.picture('both-clocks');
  const { start, next } = await startBeforeAnother(page);
  await reachStart(start);
  await visitor.heading(en.detailsHeading).waitFor();
  expect(await focused()).toBe(en.detailsHeading);
  const first = await page.getByRole('timer').textContent();
  await expect.poll(() => page.getByRole('timer').textContent(), PATIENT).not.toBe(first);
  await reach(/What should we prepare/, 'h');
  const [created] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST' && each.url().endsWith('/bookme/meetings')),
    reach(/^Book the meeting/),
  ]);
  const booked = (await created.json()) as { id: string; startDate: string; endDate: string; roomId: string };
  await visitor.heading(en.doneHeading).waitFor();
  expect(await focused()).toBe(en.doneHeading);
  expect(booked.roomId).toBeTruthy();
  const [download] = await Promise.all([page.waitForEvent('download'), reach(/^Download calendar file/)]);
  await expectFileOf(download, booked);
  await reach(/^My meetings/);
  await visitor.heading(en.meetingsHeading).waitFor();
  const meeting = page.locator(`[data-meeting="${booked.id}"]`);
  await meeting.waitFor();
  await reach(/^Move/);
  await visitor.heading(en.moveHeading).waitFor();
  await page.locator(`[data-start="${next}"]`).waitFor();
  await reachStart(next);
  await visitor.heading(en.detailsHeading).waitFor();
  await reach(/^Move the meeting/);
  await visitor.heading(en.movedHeading).waitFor();
  await reach(/^My meetings/);
  await visitor.heading(en.meetingsHeading).waitFor();
  await meeting.waitFor();
  await reach(/^Cancel the meeting/);
  await visitor.heading(en.cancelHeading).waitFor();
  await reach(/^Cancel the meeting/);
  await page.getByText(en.cancelled).waitFor();
  await visitor.leave();
});
