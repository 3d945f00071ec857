import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLong } from '../helpers/size.ts';
import { type FeedServer, startFeedServer } from './feed-server.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));
/** Set to a folder to keep pictures of the views. */
const PICTURES = process.env.PICTURES;

const MAX_PAGE_BYTES = 100_000;
const MAX_INTERACTIVE_MS = 300;
const HOSTILE =
  '&amp;lt;img src=x onerror=alert(1)&amp;gt; owl &amp;lt;script&amp;gt;alert(2)&amp;lt;/script&amp;gt;';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

describe.runIf(isLong && existsSync(CHROMIUM))(`the page in a browser (skipped without ${CHROMIUM})`, () => {
  let folder: string;
  let file: string;
  let owls: FeedServer;
  let bats: FeedServer;
  let started: StartedProcess;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'news-alerts-browser-'));
    file = join(folder, 'news-alerts.yaml');
    [owls, bats] = await Promise.all([startFeedServer(), startFeedServer()]);
    const published = new Date(Date.now() - 3_600_000).toISOString();
    owls.items = [
      { guid: '1', title: 'Barn owl nests in the town hall', text: 'Owls hunt voles at night.', published },
      { guid: '2', title: HOSTILE, published },
      { guid: '3', title: 'Council debates parking', published },
    ];
    bats.items = [{ guid: '9', title: 'Bats counted in the tower', published }];
    writeFileSync(
      file,
      `defaults: { every: 1m }\nfeeds:\n  - url: ${owls.url} # hoot\n    id: owls\n    title: Owl News\ntopics:\n  - id: owls\n    name: Owls\n    match: owl # all kinds\nrecipients:\n  - email: ann@news.internal\n  - sms: "+12025550123"\n`,
    );
    started = startProcess(
      [
        join(import.meta.dirname, '../../bin/cli.ts'),
        'start',
        ...['--port', '0', '--data', join(folder, 'data'), '--loopback-feeds', '--config', file],
      ],
      {},
      folder,
    );
    await started.printed(/ALERT {2}Owls/);
    address = /endpoint at (http:\/\/127\.0\.0\.1:\d+)/.exec(started.err())?.[1] ?? '';
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    started?.child.kill('SIGKILL');
    await started?.ended;
    await Promise.all([owls?.stop(), bats?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(path: string, width = 1280, colorScheme: 'light' | 'dark' = 'light') {
    // Axe is a script of the test, which the page's policy would refuse.
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      bypassCSP: false,
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('request', (request) => request.url().startsWith(address) || errors.push(request.url()));
    page.on('dialog', (dialog) => errors.push(dialog.message()));
    await page.goto(`${address}${path}`);
    return { page, errors, close: () => context.close() };
  }

  const text = () => readFileSync(file, 'utf8');
  const picture = async (page: Page, name: string) =>
    PICTURES === undefined ||
    (await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true }));

  /** Returns the addresses of all kinds of views. */
  async function views(): Promise<string[]> {
    const { page, close } = await open('/');
    const story = await page.locator('.tale h3 a').first().getAttribute('href');
    const message = await page.locator('.tale footer a').first().getAttribute('href');
    await page.goto(`${address}/search?q=owl`);
    const item = await page.locator('.items a').first().getAttribute('href');
    await close();
    return [
      '/',
      '/messages',
      '/feeds',
      '/try',
      '/try?q=owl&topic=owls',
      '/try?q=owl+AND',
      '/topics/save?q=owl+OR+bat&topic=owls',
      '/search?q=owl',
      ...[story, message, item].map((path) => path ?? 'missing'),
    ];
  }

  /** Expects that a page fits its width and has no accessibility fault that axe finds. */
  async function expectUsable(page: Page, name: string): Promise<void> {
    const width = page.viewportSize()?.width ?? 0;
    expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
    const faults = violations.map(({ id, nodes }) => [
      id,
      ...nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
    ]);
    expect(faults, name).toEqual([]);
  }

  /** Publishes an item and has its feed polled. Resolves when the item is on the page. */
  async function publish(page: Page, item: FeedServer['items'][number]): Promise<void> {
    owls.items = [{ published: new Date().toISOString(), ...item }, ...owls.items];
    await page.goto(`${address}/feeds`);
    await page.getByRole('button', { name: 'Poll now: Owl News' }).click();
    await page.getByText('Owl News is being read.').waitFor();
  }

  it('has no accessibility fault that axe finds, fits 320 pixels, and makes no error, in light and dark', async () => {
    for (const [width, scheme] of [
      [1280, 'light'],
      [320, 'dark'],
    ] as const) {
      for (const path of await views()) {
        const { page, errors, close } = await open(path, width, scheme);
        await expectUsable(page, `${path} at ${width} pixels`);
        expect(errors, path).toEqual([]);
        await picture(page, `${path.replace(/\W+/g, '-').slice(0, 40)}-${width}`);
        await close();
      }
    }
  }, 240_000);

  it('is small, and soon ready for its reader', async () => {
    const { page, close } = await open('/');
    const times: number[] = [];
    const sizes: number[] = [];
    for (let n = 0; n < 7; n++) {
      const bytes: Promise<number>[] = [];
      const measure = (response: { body(): Promise<Buffer>; url(): string }) => {
        if (!response.url().endsWith('/events'))
          bytes.push(
            response.body().then(
              (body) => body.length,
              () => 0,
            ),
          );
      };
      page.on('response', measure);
      await page.goto(`${address}/`, { waitUntil: 'load' });
      times.push(
        Number(await page.evaluate('performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd')),
      );
      page.off('response', measure);
      sizes.push((await Promise.all(bytes)).reduce((sum, size) => sum + size, 0));
    }
    const median = (numbers: number[]) =>
      numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
    process.stdout.write(
      `the page: ${Math.max(...sizes)} bytes with its files, interactive after ${median(times).toFixed(0)} ms\n`,
    );
    expect(Math.max(...sizes)).toBeLessThan(MAX_PAGE_BYTES);
    expect(median(times)).toBeLessThan(MAX_INTERACTIVE_MS);
    await close();
  });

  it('shows a hostile title as text', async () => {
    const { page, errors, close } = await open('/search?q=owl');
    expect(await page.locator('.items').innerText()).toContain(
      '<img src=x onerror=alert(1)> owl <script>alert(2)</script>',
    );
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  it('shows news without a reload, keeps what its reader opened, and says when the program has stopped', async () => {
    const { page, errors, close } = await open('/messages');
    await page.locator('summary').filter({ hasText: 'Email' }).first().click();
    const opened = await page.locator('details[open]').count();
    owls.items = [
      { guid: '4', title: 'Owl with two heads found', published: new Date().toISOString() },
      ...owls.items,
    ];
    const other = await open('/feeds');
    await other.page.getByRole('button', { name: 'Poll now: Owl News' }).click();
    await other.page.getByText('Owl News is being read.').waitFor();
    await page.getByText('Owl with two heads found').first().waitFor({ timeout: 60_000 });
    expect(await page.locator('details[open]').count()).toBe(opened);
    expect(await page.locator('#arrived').innerText()).toContain('Owl with two heads found');
    expect([errors, other.errors]).toEqual([[], []]);
    await other.close();
    await close();
  });

  it('tries a query and saves it, with the keyboard alone', async () => {
    const { page, errors, close } = await open('/');
    await page.getByRole('link', { name: 'Try a query' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Query').fill('owl -parking');
    await page.getByLabel('Compared with').selectOption('owls');
    await page.getByLabel('Query').press('Enter');
    await page.getByRole('heading', { name: 'Compared with Owls' }).waitFor();
    await page.getByRole('button', { name: 'Show the change' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Write the file' }).waitFor();
    expect(await page.locator('ins').innerText()).toContain('match: owl -parking # all kinds');
    expect(text()).toContain('match: owl #');
    await page.getByRole('button', { name: 'Write the file' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Saved, and in use from now on.').waitFor();
    expect(text()).toContain('    match: owl -parking # all kinds\n');
    await started.printed('changed and is now in use', 'err');
    expect(errors).toEqual([]);
    await close();
  });

  it('adds a feed, and pauses and removes it', async () => {
    const { page, errors, close } = await open('/feeds');
    await page.getByLabel(/^Add a feed/).fill(bats.url);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('Bats counted in the tower').waitFor();
    await page.getByRole('button', { name: /^Add/ }).click();
    await page.getByText('was added and is being read.').waitFor();
    expect(text()).toContain(`    url: ${bats.url}\n`);
    await page.getByText('1 item (first poll)').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Pause: Test' }).click();
    await page.getByRole('button', { name: 'Resume: Test' }).waitFor();
    expect(text()).toContain('enabled: false');
    await page.getByRole('button', { name: 'Remove: Test' }).click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('was removed.').waitFor();
    expect(text()).not.toContain(bats.url);
    expect(text()).toContain('# hoot');
    expect(errors).toEqual([]);
    await close();
  });

  it('takes a report out of its story, after a question', async () => {
    const { page, errors, close } = await open('/feeds', 320, 'dark');
    await publish(page, {
      guid: '20',
      title: 'Owl keepers in Port Lumen walk out over pay',
      text: 'Keepers of the Port Lumen owls walked out on Monday after talks on pay with Orlena Vask failed.',
    });
    await page.goto(`${address}/`);
    await page.getByRole('link', { name: /^Owl keepers in Port Lumen/ }).waitFor({ timeout: 60_000 });
    await publish(page, {
      guid: '21',
      title: 'Army feeds stranded owls by boat',
      text: 'Army boats took food to the owls of Port Lumen on Tuesday as the strike of the keepers over pay went on.',
    });
    await page.goto(`${address}/`);
    await page.getByRole('link', { name: /^Owl keepers in Port Lumen/ }).click();
    const button = page.getByRole('button', { name: 'Not the same story: Army feeds stranded owls by boat' });
    await button.waitFor({ timeout: 60_000 });
    await expectUsable(page, 'the story');
    await picture(page, 'story-with-buttons-320');
    await button.press('Enter');
    await page.getByRole('heading', { name: 'Not the same story?' }).waitFor();
    await expectUsable(page, 'the question');
    await picture(page, 'not-the-same-story-320');
    await page.getByRole('button', { name: 'Make it a story of its own' }).press('Enter');
    await page.getByRole('heading', { name: 'Army feeds stranded owls by boat' }).waitFor();
    await page.getByRole('link', { name: 'Owl keepers in Port Lumen walk out over pay' }).click();
    await page.getByText('Taken out: Army feeds stranded owls by boat').waitFor();
    expect(await page.getByRole('button', { name: /^Not the same story/ }).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  }, 150_000);
});
