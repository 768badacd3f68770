/** The viewer of the API on the documentation site, against the running stack: authorise, try a call, read its answer. */

import type { Browser, FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARTEFACTS, PATIENT, Visitor, asClient, launch, stackOf } from './browser';

const stack = stackOf();
const TOPICS = '/bookme/meeting-topics';
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Opens the viewer and its dialog for this flow. While the site is being built, its address says so and loads again. */
async function authorising(flow: string): Promise<{ visitor: Visitor; viewer: FrameLocator }> {
  const visitor = await Visitor.arrive(browser, stack, { viewport: { width: 1280, height: 1200 } });
  await visitor.open('/docs/api/');
  const viewer = visitor.page.frameLocator('iframe.swagger-ui-iframe');
  await viewer.locator('.btn.authorize').waitFor({ timeout: 180_000 });
  await viewer.locator('.btn.authorize').click();
  await viewer.locator(`#client_id_${flow}`).waitFor(PATIENT);
  return { visitor, viewer };
}

/** Tries the call with the parameters that the viewer fills in. Returns what it shows. */
async function tryOut(viewer: FrameLocator, path: string): Promise<{ status: string; url: string; body: unknown }> {
  await viewer.locator('.btn-done').first().click();
  const summary = viewer.locator(`.opblock-get [data-path="${path}"]`);
  await summary.click();
  const operation = viewer.locator('.opblock-get.is-open');
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  const answer = operation.locator('.live-responses-table tbody tr').first();
  await answer.waitFor(PATIENT);
  return {
    status: (await answer.locator('.response-col_status').innerText()).trim(),
    url: (await operation.locator('.request-url pre').innerText()).trim(),
    body: JSON.parse(await answer.locator('.highlight-code pre').first().innerText()),
  };
}

async function expectTopics(visitor: Visitor, viewer: FrameLocator, picture: string): Promise<void> {
  const { status, url, body } = await tryOut(viewer, TOPICS);
  expect(status).toBe('200');
  expect(url.startsWith(stack.apiUrl + TOPICS)).toBe(true);
  const query = new URL(url).search;
  expect(body).toEqual(await (await (await asClient(stack, 'partner'))('GET', TOPICS + query)).json());
  expect(body).toContainEqual(expect.objectContaining({ id: 'mortgage' }));
  await viewer.locator('.opblock-get.is-open .live-responses-table').scrollIntoViewIfNeeded();
  await visitor.page.screenshot({ path: `${ARTEFACTS}/${picture}.png` }); // the whole page is too long to look at
}

test('a partner authorises with the id and the secret of its client, tries a call, and reads the real answer', async () => {
  const { visitor, viewer } = await authorising('clientCredentials');
  const dialog = viewer.locator('.auth-container', { has: visitor.page.frameLocator('iframe.swagger-ui-iframe').locator('#client_id_clientCredentials') });
  await viewer.locator('#client_id_clientCredentials').fill(stack.clients['partner']?.clientId ?? '');
  await viewer.locator('#client_secret_clientCredentials').fill(stack.clients['partner']?.clientSecret ?? '');
  await viewer.locator('label[for="bookme/read-clientCredentials-checkbox-oauth2"]').click();
  await dialog.locator('button.authorize').click();
  await viewer.getByText('Authorized').first().waitFor(PATIENT);
  await expectTopics(visitor, viewer, 'viewer-1-partner');
  await visitor.leave();
});

test('a customer authorises by signing in on the pool’s pages, with no secret', async () => {
  const { visitor, viewer } = await authorising('authorizationCode');
  const customer = stack.customers[0];
  await viewer.locator('#client_id_authorizationCode').fill(customer?.clientId ?? '');
  await viewer.locator('label[for="bookme/read-authorizationCode-checkbox-oauth2"]').click();
  const [signIn] = await Promise.all([visitor.page.waitForEvent('popup'), viewer.locator('.auth-container button.authorize').first().click()]);
  await signIn.locator('input[name=username]').fill(customer?.username ?? '');
  await signIn.locator('input[name=password]').fill(customer?.password ?? '');
  await signIn.locator('button[type=submit], input[type=submit]').first().click();
  await viewer.getByText('Authorized').first().waitFor(PATIENT);
  await expectTopics(visitor, viewer, 'viewer-2-customer');
  await visitor.leave();
});
