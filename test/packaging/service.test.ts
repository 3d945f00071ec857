import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { listening } from '../helpers/loopback-server.ts';
import { runUnit, unitSeconds, unitValue } from '../helpers/service-run.ts';

const root = join(import.meta.dirname, '../..');
const UNIT_FILE = join(root, 'packaging/news-alerts.service');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-service-'));
  // Another user runs the service.
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the unit of systemd', () => {
  it.runIf(hasSystemd)('has no fault that systemd finds', () => {
    const unit = join(folder, 'news-alerts.service');
    // The command is not installed here.
    writeFileSync(
      unit,
      readFileSync(UNIT_FILE, 'utf8').replace('/usr/local/bin/news-alerts', process.execPath),
    );
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect({ status, printed: `${stdout}${stderr}` }).toEqual({ status: 0, printed: '' });
  });

  it('runs as its own user, without rights, and writes to its own folders alone', () => {
    expect(unitValue('User')).toBe('news-alerts');
    expect(unitValue('NoNewPrivileges')).toBe('yes');
    expect(unitValue('CapabilityBoundingSet')).toBe('');
    expect(unitValue('ProtectSystem')).toBe('strict');
    for (const name of ['StateDirectory', 'CacheDirectory', 'ConfigurationDirectory'])
      expect(unitValue(name)).toBe('news-alerts');
  });

  it('starts, is healthy, and stops cleanly in time', async () => {
    const feed = await listening((_, response) => {
      response.end('<rss><channel><title>A</title><item><title>Owl</title></item></channel></rss>');
    });
    const etc = join(folder, 'etc');
    mkdirSync(etc);
    writeFileSync(
      join(etc, 'news-alerts.yaml'),
      `feeds: ["${feed}/rss"]\ntopics: [{ id: owls, match: owl }]\nrecipients: [{ email: "$\{ALERTS_EMAIL}" }]\n`,
    );
    writeFileSync(join(etc, 'environment'), 'ALERTS_EMAIL=me@news-alerts.org\n');
    const program = [process.execPath, join(root, 'bin/cli.ts')];
    const { health, end, stoppedAfterMs, output, state } = await runUnit(folder, program, await freePort());
    expect({ health, end }, output).toEqual({ health: 200, end: 0 });
    expect(stoppedAfterMs).toBeLessThan(unitSeconds('TimeoutStopSec') * 1000);
    expect(output).toContain('Stopped.');
    expect(output).not.toMatch(/warning|EACCES/i);
    expect(state).toEqual(['data']);
    expect(statSync(join(folder, 'state/data')).mode & 0o077).toBe(0);
    expect(readdirSync(join(folder, 'cache'))).not.toEqual([]);
  });

  it('does not show the demo while the network is down', async () => {
    const offline = join(folder, 'offline');
    const etc = join(offline, 'etc');
    mkdirSync(etc, { recursive: true });
    // Nobody listens there.
    const url = `http://127.0.0.1:${await freePort()}/rss`;
    writeFileSync(join(etc, 'news-alerts.yaml'), `feeds: ["${url}"]\ntopics: [{ id: owls, match: owl }]\n`);
    writeFileSync(join(etc, 'environment'), 'A=1\n');
    const program = [process.execPath, join(root, 'bin/cli.ts')];
    const { end, output } = await runUnit(offline, program, await freePort(), 'No feed can be reached');
    expect(end).toBe(0);
    expect(output).not.toContain('demo');
  });
});
