import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLong } from '../helpers/size.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** `UPDATE_PICTURE=1 npm run test:long -- picture` takes the picture of the README again. */
const PICTURE = join(import.meta.dirname, '../../docs/page.png');

describe.runIf(isLong && existsSync(CHROMIUM))(
  `the page of the demo in a browser (skipped without ${CHROMIUM})`,
  () => {
    let folder: string;
    let demo: StartedProcess;
    let browser: Browser;
    let address: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'news-alerts-picture-'));
      demo = startProcess(['bin/cli.ts', 'start', '--demo', '--port', '0', '--data', join(folder, 'data')]);
      await demo.printed(/DEMO ALERT {2}Floods on the Ashel\n/);
      address = /endpoint at (http:\/\/127\.0\.0\.1:\d+)/.exec(demo.err())?.[1] ?? '';
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });

    afterAll(async () => {
      await browser?.close();
      demo?.child.kill('SIGKILL');
      await demo?.ended;
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(width: number, colorScheme: 'light' | 'dark') {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('request', (request) => request.url().startsWith(address) || errors.push(request.url()));
      await page.goto(address);
      await page.getByText('Floods on the Ashel').filter({ visible: true }).first().waitFor();
      return { page, errors };
    }

    it.each([
      [320, 'light'],
      [320, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const)('fits %d pixels, %s, without an error or a request elsewhere', async (width, scheme) => {
      const { page, errors } = await open(width, scheme);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('is the picture of the README', async () => {
      const { page } = await open(1280, 'light');
      const path = process.env.UPDATE_PICTURE ? PICTURE : join(folder, 'page.png');
      await page.screenshot({ path });
      await page.close();
      const size = (file: string) => readFileSync(file).readUInt32BE(16);
      expect([size(path), size(PICTURE)]).toEqual([1280, 1280]);
    });
  },
);
