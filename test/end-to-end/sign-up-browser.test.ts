import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/listen-on-loopback.ts';
import { SignupHarness } from '../functions/signup/signup-harness.ts';
import { isLong } from '../helpers/size.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));
/** Set to a folder to keep pictures of the pages. */
const PICTURES = process.env.PICTURES;
const ANN = 'ann.lindqvist@news.example.se';
const HOSTILE = '<img src=x onerror=alert(1)> meets "Veloza" </li><script>alert(2)</script>';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.runIf(isLong && existsSync(CHROMIUM))(
  `the sign-up page in a browser (skipped without ${CHROMIUM})`,
  () => {
    let signup: SignupHarness;
    let server: Server;
    let address: string;
    let browser: Browser;

    beforeAll(async () => {
      signup = await SignupHarness.start({
        smsPrefixes: ['+1202', '+49'],
        digest: { hour: 8, minute: 0, timeZone: 'America/Argentina/Buenos_Aires' },
      });
      await signup.addStory('summit', 'a', 'Ostrand and Veloza meet in Port Lumen over harbour fees');
      signup.now += 60_000;
      await signup.addStory('summit', 'b', HOSTILE);
      const long = 'The summit ends a day early without a joint statement on the northern fishing grounds';
      await signup.addStory('rates', 'c', `${long}, ${'Bundesbankpräsidentenkonferenz'.repeat(3)}`);
      server = createServer(getRequestListener(signup.app.fetch, { overrideGlobalObjects: false }));
      address = await listenOnLoopback(server, 0, '--signup-port');
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });

    afterAll(async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await signup.stop();
    });

    async function open(width = 1100, colorScheme: 'light' | 'dark' = 'light') {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        javaScriptEnabled: true,
      });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('dialog', (dialog) => errors.push(dialog.message()));
      return { page, errors, close: () => context.close() };
    }

    /** Checks a page as a person with a screen reader or a small phone would, and keeps a picture of it. */
    async function check(page: Page, name: string, width: number): Promise<void> {
      expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
      // The policy of the page runs no scripts, so axe comes by the browser's own protocol.
      await page.evaluate(readFileSync(AXE, 'utf8'));
      const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
      expect(
        violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
        name,
      ).toEqual([]);
      if (PICTURES)
        await page.screenshot({ path: join(PICTURES, `sign-up-${name}-${width}.png`), fullPage: true });
    }

    it.each([
      [1100, 'light'],
      [320, 'dark'],
    ] as const)(
      'leads from the form to the settings by keyboard alone, at %i pixels, %s',
      async (width, scheme) => {
        const { page, errors, close } = await open(width, scheme);
        signup.published.length = 0;
        await page.goto(`${address}/`);
        await check(page, 'form', width);
        expect(await page.textContent('main')).toContain('<img src=x onerror=alert(1)>');

        // The first topic, then past the second one to the address.
        for (const key of ['Tab', 'Space', 'Tab', 'Tab']) await page.keyboard.press(key);
        await page.keyboard.type(`${scheme}.${ANN}`);
        await page.keyboard.press('Enter');
        await page.waitForURL(`${address}/`);
        await expect.poll(() => page.textContent('main')).toContain('We have sent you an email');
        await check(page, 'check-mail', width);

        const [confirm = ''] = signup.links('confirm', `${scheme}.${ANN}`);
        await page.goto(`${address}${confirm}`);
        await check(page, 'confirm', width);
        for (const key of ['Tab', 'Enter']) await page.keyboard.press(key);
        await expect.poll(() => page.textContent('main')).toContain('Thank you');

        await page.goto(`${address}/manage`);
        await check(page, 'ask', width);
        await page.fill('#address', `${scheme}.${ANN}`);
        await page.press('#address', 'Enter');
        await expect.poll(() => page.textContent('main')).toContain('an email with a link to its settings');
        const [manage = ''] = signup.links('manage', `${scheme}.${ANN}`);
        await page.goto(`${address}${manage}`);
        await check(page, 'settings', width);
        await page.getByRole('radio', { name: /^One email a day/ }).press('Space');
        await page.getByRole('button', { name: 'Save how often' }).press('Enter');
        await expect.poll(() => page.textContent('[role=status]')).toContain('You get one email a day');
        await check(page, 'daily', width);
        expect(await signup.alert('summit', 'b', ['email'])).not.toContain(`${scheme}.${ANN}`);
        expect(await signup.alert('summit', 'b', ['daily'])).toContain(`${scheme}.${ANN}`);
        await page.getByRole('radio', { name: /^At once/ }).press('Space');
        await page.getByRole('button', { name: 'Save how often' }).press('Enter');
        await expect.poll(() => page.textContent('[role=status]')).toContain('at once again');
        await page.getByRole('button', { name: 'Send nothing for a week' }).press('Enter');
        await expect.poll(() => page.textContent('main')).toContain('Nothing is sent until');
        await check(page, 'paused', width);
        await page.getByRole('button', { name: 'Resume' }).press('Enter');
        await page.getByRole('button', { name: /^Mute ?: Ostrand and Veloza/ }).press('Enter');
        await expect.poll(() => page.getByRole('button', { name: /^Unmute ?: Ostrand/ }).count()).toBe(1);
        expect(await signup.alert('summit', 'a')).not.toContain(`${scheme}.${ANN}`);
        expect(await signup.alert('summit', 'b')).toContain(`${scheme}.${ANN}`);
        await page.getByRole('button', { name: 'Unsubscribe from everything' }).press('Enter');
        await expect.poll(() => page.textContent('main')).toContain('You are unsubscribed from all alerts');
        expect(await signup.alert('summit', 'b')).not.toContain(`${scheme}.${ANN}`);
        expect(errors).toEqual([]);
        await close();
      },
    );

    it('asks a phone for its code, and says what is wrong with an entry', async () => {
      const { page, errors, close } = await open(320, 'light');
      await page.goto(`${address}/`);
      await page.check('input[value=summit]');
      await page.fill('#address', 'not an address');
      await page.press('#address', 'Enter');
      await expect
        .poll(() => page.textContent('[role=alert]'))
        .toContain('Expected an email address, or a phone number');
      expect(await page.isChecked('input[value=summit]')).toBe(true);
      await check(page, 'fault', 320);
      await page.fill('#address', '+1 202 555 9123');
      await page.press('#address', 'Enter');
      await expect.poll(() => page.textContent('main')).toContain('An SMS with a code');
      await check(page, 'code', 320);
      const code = /\d{6}/.exec(signup.published.at(-1)?.bodies.default ?? '')?.[0] ?? '';
      await page.fill('#code', code);
      await page.press('#code', 'Enter');
      await expect.poll(() => page.textContent('main')).toContain('You are subscribed');
      // A browser names each answer with an error status on its console.
      expect(errors.filter((text) => !text.includes('status of 400'))).toEqual([]);
      await close();
    });
  },
);
