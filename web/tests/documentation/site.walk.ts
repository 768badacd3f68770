import { mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARTEFACTS, PATIENT, launch } from '../walks/browser';

const SITE = new URL(process.env['SITE_URL'] ?? '');
const DESCRIPTION = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../docs/openapi.json'), 'utf8')) as { paths: Record<string, object> };
const OPERATIONS = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
let browser: Browser;

beforeAll(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  browser = await launch();
});
afterAll(() => browser.close());

/** Opens a page of the site; what it logs as an error, fails to load or asks of another host is in `faults`. */
async function open(path: string, prepare?: (page: Page) => Promise<void>): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await prepare?.(page);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== SITE.origin) faults.push(`request to ${url.origin}`);
  });
  await page.goto(new URL(path, SITE).href, { waitUntil: 'networkidle' });
  return { page, faults };
}

test('every page opens without an error and without a request to another host', async () => {
  const { page, faults } = await open('./');
  await page.screenshot({ path: `${ARTEFACTS}/documentation-start.png` });
  const pages = await page.$$eval('.md-nav--primary a.md-nav__link[href]', (links) => links.map((link) => (link as HTMLAnchorElement).href));
  const addresses = [...new Set(pages.map((address) => address.split('#')[0] ?? address))];
  expect(addresses.length).toBeGreaterThan(25);
  for (const address of addresses) await page.goto(address, { waitUntil: 'load' });
  expect(faults).toEqual([]);
});

test('the flow is drawn', async () => {
  const { page, faults } = await open('flow/');
  const diagram = page.locator('div.mermaid').first();
  await diagram.waitFor(PATIENT);
  const box = await diagram.boundingBox();
  expect(box?.height).toBeGreaterThan(400);
  await page.screenshot({ path: `${ARTEFACTS}/documentation-flow.png` });
  expect(faults).toEqual([]);
});

test('the viewer lists all operations', async () => {
  const { page, faults } = await open('api/');
  const viewer = page.frameLocator('iframe.swagger-ui-iframe');
  await viewer.locator('.opblock-summary').nth(OPERATIONS.length - 1).waitFor(PATIENT);
  const listed = await viewer.locator('.opblock-summary').evaluateAll((rows) =>
    rows.map((row) => `${row.querySelector('.opblock-summary-method')?.textContent} ${row.querySelector('[data-path]')?.getAttribute('data-path')}`),
  );
  await page.screenshot({ path: `${ARTEFACTS}/documentation-api.png` });
  expect(listed.toSorted()).toEqual(OPERATIONS.toSorted());
  expect(faults).toEqual([]);
});

test('a viewer that is loaded before the scripts of its page is whole and dark', async () => {
  const { page, faults } = await open('api/', async (opened) => {
    await opened.emulateMedia({ colorScheme: 'dark' });
    await opened.route('**/bundle.*.js', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await route.continue();
    });
  });
  const viewer = page.frameLocator('iframe.swagger-ui-iframe');
  await viewer.locator('.opblock-summary').nth(OPERATIONS.length - 1).waitFor(PATIENT);
  const hidden = async () => {
    const content = await viewer.locator('body').evaluate((body) => body.scrollHeight);
    return content - ((await page.locator('iframe.swagger-ui-iframe').boundingBox())?.height ?? 0);
  };
  await expect.poll(hidden, PATIENT).toBeLessThanOrEqual(0);
  expect(await viewer.locator('html').getAttribute('class')).toContain('dark-mode');
  await page.screenshot({ path: `${ARTEFACTS}/documentation-api-dark.png` });
  expect(faults).toEqual([]);
});
