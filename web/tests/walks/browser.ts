/** A browser at the pages of the stack that BOOKING_STACK names, and what every walk asks of it. */

import { accessSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, chromium } from 'playwright-core';
import { expect, onTestFailed } from 'vitest';

export interface Stack {
  pagesUrl: string;
  apiUrl: string;
  tokenUrl: string;
  issuerUrl: string;
  endpointUrl: string;
  redirectUrl: string;
  clients: Record<string, { clientId: string; clientSecret: string; scope: string }>;
  customers: { username: string; password: string; clientId: string }[];
  employees: { username: string; password: string; clientId: string }[];
}

export const ARTEFACTS = resolve(import.meta.dirname, '../../artefacts');
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-features=LocalNetworkAccessChecks'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const PATIENT = { timeout: 30_000 };

export function stackOf(): Stack {
  const file = process.env['BOOKING_STACK'];
  if (!file) throw new Error('These walks need a running stack: use make verify, or set BOOKING_STACK to a stack.json.');
  return JSON.parse(readFileSync(file, 'utf8')) as Stack;
}

export async function launch(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'] ?? '', ...PLACES].find((each) => each && existsSync(each));
  if (!executablePath) throw new Error('The walks through the pages need Chromium: install it (on Debian: apt-get install chromium), or name it in CHROMIUM.');
  accessSync(executablePath);
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/** A person at a browser. What the page logs as an error, or asks of another host, fails the walk at `close`. */
export class Visitor {
  readonly faults: string[] = [];
  private readonly allowed: Set<string>;
  private customerId: string | undefined;

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly stack: Stack,
  ) {
    this.allowed = new Set([stack.pagesUrl, stack.endpointUrl, stack.redirectUrl].map((url) => new URL(url).origin));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && !this.allowed.has(url.origin)) this.faults.push(`request to ${url.origin}`);
    });
  }

  static async arrive(browser: Browser, stack: Stack, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Copenhagen', viewport: { width: 1100, height: 900 }, acceptDownloads: true, ...options });
    context.setDefaultTimeout(60_000);
    const visitor = new Visitor(await context.newPage(), context, stack);
    onTestFailed(async ({ task }) => {
      await visitor.picture(`failed-${task.name.slice(0, 30).replaceAll(/\W+/g, '-')}`).catch(() => undefined);
      for (const fault of visitor.faults) console.error(fault);
    });
    return visitor;
  }

  /** Closes the browser's window, and frees what the customer still holds: one may hold three times only. */
  async leave(): Promise<void> {
    await this.context.close();
    if (this.customerId !== undefined) {
      const call = await asStaff(this.stack);
      await call('DELETE', `/bookme/time-slots?customerId=${this.customerId}`);
    }
    expect(this.faults).toEqual([]);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.stack.pagesUrl).href);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name, level: 1 });
  }

  /** Fills in the pool's own sign-in page, where the browser is now. */
  async signIn(user = this.stack.customers[0]): Promise<void> {
    if (!user) throw new Error('There is nobody to sign in as.');
    if (this.stack.customers.includes(user)) this.customerId = user.username;
    await this.page.locator('input[name=username]').fill(user.username);
    await this.page.locator('input[name=password]').fill(user.password);
    await this.page.locator('button[type=submit], input[type=submit]').first().click();
  }

  /** A picture for people to look at. */
  async picture(name: string): Promise<void> {
    mkdirSync(ARTEFACTS, { recursive: true });
    await this.page.screenshot({ path: resolve(ARTEFACTS, `${name}.png`), fullPage: true });
  }

  /** Finds nothing to object to in what is shown, in either colour scheme. */
  async expectAccessible(state: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page: this.page }).withTags(RULES).analyze();
      const found = violations.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`);
      expect(found, `${state}, ${colorScheme}`).toEqual([]);
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
  }
}

/** The API as an employee's own program calls it, to set the scene. */
export async function asStaff(stack: Stack): Promise<(method: string, path: string, body?: unknown) => Promise<Response>> {
  return asClient(stack, 'staff');
}

export async function asClient(stack: Stack, name: string): Promise<(method: string, path: string, body?: unknown) => Promise<Response>> {
  const client = stack.clients[name];
  if (!client) throw new Error(`There is no client ${name}.`);
  const answer = await fetch(stack.tokenUrl, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: client.scope }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return (method, path, body) =>
    fetch(stack.apiUrl + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}
