import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARTEFACTS, Visitor, launch, stackOf } from './browser';

const stack = stackOf();
const DIST = resolve(import.meta.dirname, '../../dist');
const SLOW = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };
const MOST_REQUESTS = 18; // the page and its parts, discovery, the code's exchange, and one call for each list
const MOST_SHIFT = 0.1; // what counts as good: web.dev, Cumulative Layout Shift
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** How many milliseconds of the time from `begin` on at least one of these requests was under way. */
function waited(requests: Request[], begin: number): number {
  const spans = requests
    .map((each) => each.timing())
    .filter((each) => each.responseEnd > 0)
    .map(({ startTime, responseEnd }) => [Math.max(startTime, begin), startTime + responseEnd] as const)
    .toSorted(([one], [other]) => one - other);
  let [sum, reached] = [0, begin];
  for (const [from, until] of spans) {
    sum += Math.max(0, until - Math.max(from, reached));
    reached = Math.max(reached, until);
  }
  return sum;
}

test('what the booking page weighs, asks for and takes until the first times, on a slow connection', async () => {
  const visitor = await Visitor.arrive(browser, stack);
  const { page } = visitor;
  const network = await visitor.context.newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', SLOW);
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'OPTIONS') requests.push(request.url());
  });
  await page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) if (!entry.hadRecentInput) shifts.sum += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const made: Request[] = [];
  page.on('request', (request) => made.push(request));
  const begin = Date.now();
  await visitor.open('/book/?topic=investment');
  await visitor.button('Sign in').waitFor();
  const firstView = Date.now() - begin;
  await visitor.button('Sign in').click();
  await page.locator('input[name=username]').waitFor();
  requests.length = 0;
  const back = Date.now();
  await visitor.signIn();
  await visitor.heading('Where and how would you like to meet?').waitFor();
  const ofStart = requests.filter((url) => !url.includes('/login') && !url.includes('/oauth2/authorize')).length;
  await page.getByRole('radio', { name: /^Online/ }).check();
  await visitor.button('Continue').click();
  await page.locator('[data-start], .slots .primary').first().waitFor();
  const firstTimes = Date.now() - back;
  const share = waited(made, back) / firstTimes;
  const shift = await page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);
  const script = gzipSync(readFileSync(resolve(DIST, 'meeting-booking.js')), { level: 9 }).length;
  const table = [
    ['booking element, script, compressed', `${(script / 1024).toFixed(1)} KB`],
    ['requests from the return from sign-in to the first step', String(ofStart)],
    ['first view', `${(firstView / 1000).toFixed(1)} s`],
    ['from sending the password to the first times', `${(firstTimes / 1000).toFixed(1)} s`],
    ['of that, waiting for the network and the API', `${Math.round(100 * share)} %`],
    ['layout shift', shift.toFixed(3)],
  ];
  const conditions = `1.6 Mbit/s and 150 ms, ${cpus().length} cores, and a load average of ${loadavg()[0]?.toFixed(1)}`;
  writeFileSync(resolve(ARTEFACTS, 'sizes.md'), `| with ${conditions} | |\n|---|---|\n${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`);
  console.log(table.map((row) => row.join(': ')).join('\n'));
  expect(script).toBeLessThanOrEqual(60 * 1024);
  expect(ofStart).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(shift).toBeLessThan(MOST_SHIFT);
  await visitor.leave();
});
