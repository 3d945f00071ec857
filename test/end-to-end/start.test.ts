import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLong } from '../helpers/size.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let started: StartedProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-start-'));
  started = [];
});
afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

function start(...args: string[]): StartedProcess {
  const one = startProcess(['bin/cli.ts', 'start', '--port', '0', '--data', join(folder, 'data'), ...args]);
  started.push(one);
  return one;
}

function configFor(url: string): string {
  const file = join(folder, 'news-alerts.yaml');
  writeFileSync(file, `feeds: [{ id: one, url: "${url}" }]\ntopics: [{ id: owls, match: owls }]\n`);
  return file;
}

it('prints alerts labelled as a demo with --demo, and stops cleanly on Ctrl-C', async () => {
  const demo = start('--demo');
  await demo.printed(/DEMO ALERT.*\(first look\)/);
  await demo.printed(/DEMO ALERT {2}Floods on the Ashel\n/);
  expect(demo.err()).toContain('DEMO: invented news');
  expect(demo.out()).toMatch(/why: “Ostrand”/);
  expect(demo.out()).toMatch(
    /to: email you@example\.com \(shown here only\), sms \+15550100 \(shown here only\)/,
  );
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(demo.err()).toContain('Stopped.');
  expect(demo.err()).not.toMatch(/error|failed/i);
});

it.runIf(isLong)('keeps its data in the current folder by default', async () => {
  const demo = startProcess([join(root, 'bin/cli.ts'), 'start', '--demo', '--port', '0'], {}, folder);
  started.push(demo);
  await demo.printed('DEMO ALERT');
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(readdirSync(folder)).toEqual(['.news-alerts']);
});

it.runIf(isLong)('shows the demo when no feed can be reached and there is no earlier news', async () => {
  // The port was free a moment ago, so that connections to it are refused.
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const offline = start('--loopback-feeds', '--config', configFor(`http://127.0.0.1:${port}/feed.xml`));
  await offline.printed('No feed can be reached, and there is no earlier news to show', 'err');
  await offline.printed('DEMO ALERT');
  offline.child.kill('SIGTERM');
  expect(await offline.ended).toBe(0);
});

it('says when its port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const second = start('--demo', '--port', String(port));
  expect(await second.ended).toBe(1);
  expect(second.err()).toContain(`expected port ${port} to be free`);
  expect(second.err()).not.toContain('    at ');
  await new Promise((resolve) => server.close(resolve));
});

it('says when its data folder is in use', async () => {
  // A feed that never answers keeps the first one waiting.
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const config = configFor(`http://127.0.0.1:${port}/feed.xml`);
  const first = start('--loopback-feeds', '--config', config);
  await first.printed('page and SNS endpoint at', 'err');
  const second = start('--config', config);
  expect(await second.ended).toBe(1);
  expect(second.err()).toContain('another news-alerts is using it');
  expect(second.err()).not.toContain('    at ');
  server.close();
});

// Regression: a second demo deleted the data of the first before it noticed that it could not run.
it.runIf(isLong)('does not disturb a running demo', async () => {
  const first = start('--demo');
  await first.printed('page and SNS endpoint at', 'err');
  const second = start('--demo');
  expect(await second.ended).toBe(1);
  expect(second.err()).toContain('another news-alerts is using it');
  await first.printed('DEMO ALERT');
});

it('polls no feed on this machine by default, and names the option for it', async () => {
  const refused = start('--config', configFor('http://127.0.0.1:9/feed.xml'));
  await refused.printed(/127\.0\.0\.1 is a loopback address: .*--loopback-feeds/, 'err');
  expect(refused.out() + refused.err()).not.toContain('No feed can be reached');
});
