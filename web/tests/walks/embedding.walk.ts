import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor, launch, stackOf } from './browser';

const stack = stackOf();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const HOST_STYLES = 'button, h1, p, input { color: rgb(255, 0, 0) !important; font-size: 40px !important; display: none !important } #one { --meeting-booking-accent: rgb(120, 20, 90) }';
const HOST_SCRIPT = 'window.heard = []; for (const name of ["booked", "cancelled"]) document.addEventListener(name, (event) => window.heard.push([name, event.target.id, event.detail.id]))';

/** A page of another origin, with a policy of its own, and three elements. It is answered by the test. */
async function host(visitor: Visitor): Promise<void> {
  const origin = new URL(stack.redirectUrl).origin;
  const pages = new URL(stack.pagesUrl).origin;
  const element = (id: string, more: string) =>
    `<meeting-booking id="${id}" api="${stack.apiUrl}" client-id="${stack.customers[0]?.clientId}" sign-in="${stack.issuerUrl}" ${more}></meeting-booking>`;
  const body = `<!doctype html><html lang="en"><head><title>A host page</title><link rel="stylesheet" href="/host.css"><script src="/host.js"></script>
    <script type="module" src="${pages}/meeting-booking.js"></script></head>
    <body><main><h1 id="own">Hidden by the host's own style</h1><div id="kept">kept</div>${element('one', 'topic="investment"')}${element('two', 'lang="da"')}${element('three', 'lang="de"')}</main></body></html>`;
  const policy = `default-src 'none'; script-src 'self' ${pages}; style-src 'self'; connect-src ${new URL(stack.endpointUrl).origin}`;
  await visitor.page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/host.css') return route.fulfill({ contentType: 'text/css', body: HOST_STYLES });
    if (pathname === '/host.js') return route.fulfill({ contentType: 'text/javascript', body: HOST_SCRIPT });
    if (pathname === '/favicon.ico') return route.fulfill({ status: 204 });
    return route.fulfill({ contentType: 'text/html', body, headers: { 'Content-Security-Policy': policy } });
  });
}

test('three elements on a page of another origin keep to themselves, share the sign-in, and tell the page what happened', async () => {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 900, height: 1000 } });
  const { page } = visitor;
  await host(visitor);
  await page.goto(stack.redirectUrl);
  const [one, two, three] = [page.locator('#one'), page.locator('#two'), page.locator('#three')];
  await one.getByRole('button', { name: 'Sign in' }).waitFor();
  await two.getByRole('button', { name: 'Log ind' }).waitFor();
  await three.getByRole('button', { name: 'Anmelden' }).click();
  await visitor.signIn();

  await one.getByRole('heading', { name: 'Where and how would you like to meet?' }).waitFor();
  await two.getByRole('heading', { name: 'Hvad vil du gerne tale om?' }).waitFor();
  await three.getByRole('heading', { name: 'Worüber möchten Sie sprechen?' }).waitFor();

  // The host's styles stop at the element, and the element's at the host; the theme goes in.
  expect(await page.locator('#own').isVisible()).toBe(false);
  const shown = await page.evaluate(() => {
    const inside = (id: string, selector: string) => getComputedStyle(document.querySelector(id)?.shadowRoot?.querySelector(selector) as Element);
    return {
      heading: inside('#one', 'h1').fontSize,
      accent: inside('#one', 'button.primary').backgroundColor,
      kept: getComputedStyle(document.querySelector('#kept') as Element).font,
      plain: getComputedStyle(document.documentElement).font,
    };
  });
  expect(shown.heading).toBe('24px');
  expect(shown.accent).toBe('rgb(120, 20, 90)');
  expect(shown.kept).toBe(shown.plain);

  // Each has a place of its own in the address.
  await two.getByRole('radio', { name: 'Erhverv' }).check();
  await two.getByRole('button', { name: /^Business loan/ }).click();
  await two.getByRole('heading', { name: 'Hvor og hvordan vil du mødes?' }).waitFor();
  expect([...new URL(page.url()).searchParams.keys()]).toContain('booking-2');

  await one.getByRole('radio', { name: /^Online/ }).check();
  await one.getByRole('button', { name: 'Continue' }).click();
  await one.locator('[data-start]').first().waitFor();
  await one.getByRole('button', { name: 'Next month' }).click();
  await one.locator('[data-start]').nth(1).waitFor();
  await visitor.picture('embedded');
  await one.locator('[data-start]').nth(1).click();
  await one.getByRole('button', { name: 'Book the meeting' }).click();
  await one.getByRole('heading', { name: 'Your meeting is booked' }).waitFor();
  await one.getByRole('button', { name: 'My meetings' }).first().click();
  await one.locator('[data-meeting]').first().getByRole('button', { name: /^Cancel/ }).click();
  await one.getByRole('button', { name: 'Cancel the meeting' }).click();
  await one.getByText('The meeting is cancelled.').waitFor();
  const heard = await page.evaluate(() => (window as unknown as { heard: [string, string, string][] }).heard);
  expect(heard.map(([name, from]) => [name, from])).toEqual([
    ['booked', 'one'],
    ['cancelled', 'one'],
  ]);
  await two.getByRole('heading', { name: 'Hvor og hvordan vil du mødes?' }).waitFor();
  await visitor.leave();
});
