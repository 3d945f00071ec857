import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../helpers/loopback-server.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');
/** Bytes, packed and unpacked. */
const MAX_PACKED = 3_000_000;
const MAX_UNPACKED = 9_000_000;

let folder: string;
let command: string;
let packed: { size: number; unpackedSize: number; filename: string; files: { path: string }[] };

const run = (file: string, args: readonly string[], cwd: string) =>
  execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-package-'));
  run(process.execPath, ['bin/build-package.ts'], root);
  [packed] = JSON.parse(run('npm', ['pack', dist, '--json', '--pack-destination', folder], folder));
  const offline = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', ...offline, '--prefix', folder, join(folder, packed.filename)], folder);
  command = join(folder, 'node_modules/.bin/news-alerts');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('has only what runs, and depends on nothing', () => {
    const names = packed.files.map(({ path }) => path);
    const unexpected = names.filter(
      (name) =>
        !/^([\w-]+\.js|page\.css|news-alerts\.schema\.json|package\.json|(README|CHANGELOG)\.md|LICENSE|docs\/\w[\w-]*\.md)$/.test(
          name,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(packed.size).toBeLessThan(MAX_PACKED);
    expect(packed.unpackedSize).toBeLessThan(MAX_UNPACKED);
    const manifest = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest.version).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
  });

  it('names its own command in messages, and no path of the machine that built it', () => {
    for (const { path } of packed.files.filter((file) => file.path.endsWith('.js'))) {
      const text = readFileSync(join(dist, path), 'utf8');
      expect(text).not.toContain('npm start');
      expect(text).not.toContain(root);
    }
  });

  it('says its version and its help', () => {
    expect(run(command, ['--version'], folder).trim()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(run(command, ['--help'], folder)).toContain('init');
  });

  it('goes from nothing to a story for the reader', { timeout: 60_000 }, async () => {
    const title = 'Dockers strike at the harbour';
    const feed = await listening((_, response) => {
      const date = new Date().toUTCString();
      response.end(
        `<rss><channel><title>Harbour Times</title><item><title>${title}</title><pubDate>${date}</pubDate></item></channel></rss>`,
      );
    });
    // The feed is on this test's own thread, which must not be blocked.
    const end = (child: ReturnType<typeof spawn>) => new Promise((resolve) => child.once('close', resolve));
    const answers = ['--watch', 'harbour strike', '--feed', feed, '--email', 'me@news-alerts.org'];
    expect(await end(spawn(command, ['init', ...answers, '--loopback-feeds'], { cwd: folder }))).toBe(0);

    const started = spawn(command, ['start', '--loopback-feeds', '--port', '0'], { cwd: folder });
    let printed = '';
    const polled = new Promise<void>((resolve) => {
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk: Buffer) => {
          printed += chunk;
          if (printed.includes('first poll')) resolve();
        });
    });
    await Promise.race([polled, end(started)]);
    // Notify groups the item into a story.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    started.kill('SIGINT');
    await end(started);
    expect(printed).not.toContain('Warning');
    expect(run(command, ['alerts', 'list'], folder)).toContain(title);
  });
});
