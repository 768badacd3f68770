import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor, launch, stackOf } from './browser';
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

/** Nothing sticks out to the side. */
async function expectToFit(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
}

/** Books an online talk, with every state looked at. */
async function book(visitor: Visitor, lang: string, text: Messages): Promise<void> {
  const { page } = visitor;
  const look = async (state: string) => {
    await expectToFit(page);
    await visitor.expectAccessible(`${lang} ${state}`);
    await visitor.picture(`${lang}-${state}`);
  };
  await visitor.open(`/book/?lang=${lang}`);
  await visitor.button(text.signIn).waitFor();
  await look('0-signed-out');
  await visitor.button(text.signIn).click();
  await visitor.signIn(stack.customers[1]);
  await visitor.heading(text.topicHeading).waitFor();
  await look('1-topic');
  await page.getByRole('radio', { name: 'Private' }).check();
  await visitor.button(/^Investment/).click();
  await visitor.heading(text.howHeading).waitFor();
  await page.getByRole('radio', { name: new RegExp(`^${text.Online}`) }).check();
  await look('2-how');
  await visitor.button(text.next).click();
  await page.locator('[data-start]').first().waitFor();
  await visitor.button(text.nextMonth).click();
  await page.locator('[data-start]').first().waitFor();
  await look('3-times');
  await page.locator('[data-start]').first().click();
  await visitor.heading(text.detailsHeading).waitFor();
  await look('4-details');
  await visitor.button(text.confirm).click();
  await visitor.heading(text.doneHeading).waitFor();
  await look('5-booked');
  await visitor.button(text.myMeetings).first().click();
  await page.locator('[data-meeting]').first().waitFor();
  await look('6-meetings');
  await page.locator('[data-meeting]').first().getByRole('button', { name: new RegExp(`^${text.cancel}`) }).click();
  await visitor.heading(text.cancelHeading).waitFor();
  await look('7-cancel');
  await visitor.button(text.cancel).click();
  await page.getByText(text.cancelled).waitFor();
}

test('in Danish, on a screen of 320 pixels', async () => {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 320, height: 640 } });
  await book(visitor, 'da', da);
  await visitor.leave();
});

test('in a language that runs from right to left', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  await book(visitor, 'ar', ar);
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
  const focused = () =>
    page.evaluate(() => {
      let active: Element | null = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.textContent?.trim();
    });

  await visitor.open('/book/?topic=investment');
  await visitor.button('Sign in').waitFor();
  await reach(/^Sign in$/);
  await page.locator('input[name=username]').waitFor();
  await page.locator('input[name=username]').focus();
  await page.keyboard.type(stack.customers[1]?.username ?? '');
  await page.keyboard.press('Tab');
  await page.keyboard.type(stack.customers[1]?.password ?? '');
  await page.keyboard.press('Enter');
  await visitor.heading(en.howHeading).waitFor();
  await reach(/In person/, 'ArrowDown');
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
  await reach(/^\d\d:\d\d/);
  await visitor.heading(en.detailsHeading).waitFor();
  expect(await focused()).toBe(en.detailsHeading);
  await reach(/What should we prepare/, 'h');
  await reach(/^Book the meeting/);
  await visitor.heading(en.doneHeading).waitFor();
  expect(await focused()).toBe(en.doneHeading);
  await reach(/^My meetings/);
  await visitor.heading(en.meetingsHeading).waitFor();
  await page.locator('[data-meeting]').first().waitFor();
  await reach(/^Cancel the meeting/);
  await visitor.heading(en.cancelHeading).waitFor();
  await reach(/^Cancel the meeting/);
  await page.getByText(en.cancelled).waitFor();
  await visitor.leave();
});
