import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfigFile } from '../../../config/load.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { lockFolder } from '../../../local/data-folder/folder-lock.ts';
import { startRuntime } from '../../../local/runtime.ts';
import { NotifyHarness } from '../../functions/notify/notify-harness.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';

const CLI = join(import.meta.dirname, '../../../bin/cli.ts');
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'news-alerts-check-'));
const file = join(folder, 'owls.yaml');
const deployed = deployment();

beforeAll(() => {
  writeFileSync(
    file,
    `topics: [{ id: owls, match: owl }, { id: bats, match: bat }]
recipients: [{ email: reader@news.example.se }, { email: other@news.example.se, sms: "+46701234567", topics: [owls] }]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (...args: string[]) => runCli(['check', '--config', file, ...args], deployed.env());

/** Stores two stories in two days. */
async function twoStories(table: Table): Promise<void> {
  const harness = new NotifyHarness(table, { id: 'owls' });
  const now = Date.now();
  for (const [id, title, days] of [
    ['a', 'Owl hatches in the town hall', 2],
    ['b', 'Seventeen pines felled for a motorway', 1],
  ] as const) {
    harness.now = now - days * DAY_MS;
    await harness.receive(harness.hit({ id, title }));
  }
}

const MONTH =
  'expected in a month of 30 days: about 60 emails; about 30 SMS parts (based on a history of 2 days; not counting 1 of 2 topics, which has too little history)\n' +
  '  owls: about 60 emails, 30 SMS parts (2 alerts in 2 days)\n' +
  '  bats: no history yet\n';

describe('check estimates the messages in a month', () => {
  it('from the history of a deployment', async () => {
    deployed.facts.outputs = { TableName: 'news-alerts' };
    await twoStories(deployed.table());
    const { stderr, code } = await check('--stack', 'NewsAlerts');
    expect(stderr).toContain(MONTH);
    expect(stderr).toMatch(/on the worst day.*\nexpected in a month/);
    expect(code).toBe(0);
  });

  it('from the history of this machine, whether start is running or not', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    const lock = lockFolder(data);
    const quiet = () => undefined;
    const runtime = await startRuntime({
      config: loadConfigFile(file, {}).config,
      subscriptions: [],
      dataDir: data,
      clock: Date.now,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    await twoStories(runtime.platform.table());
    expect((await check('--data', data)).stderr).toContain(MONTH);
    await runtime.stop();
    lock.release();
    expect((await check('--data', data)).stderr).toContain(MONTH);
  });

  it('and fails when the named history does not exist', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const lacking = await check('--data', empty);
    expect(lacking.stderr).toContain(
      `${empty}: expected the data folder of \`npm start\`, got a folder without its tables; name another with --data, or a deployment with --stack`,
    );
    expect(lacking.code).toBe(1);
    const other = await check('--stack', 'Other');
    expect(other.stderr).toContain('expected the stack Other in us-east-1, got none');
    expect(other.code).toBe(1);
  });

  it('and finds the file valid without a history when none was named', () => {
    const here = () =>
      spawnSync(process.execPath, [CLI, 'check', '--config', file], { cwd: folder, encoding: 'utf8' });
    const none = here();
    expect(none.stderr).toContain(
      'expected in a month: unknown, since there is no history yet. `npm start` keeps the history in .news-alerts',
    );
    expect(none.status).toBe(0);
    mkdirSync(join(folder, '.news-alerts'));
    const broken = here();
    expect(broken.stderr).toContain(
      'expected in a month: unknown, since the history cannot be read: .news-alerts: expected',
    );
    expect(broken.status).toBe(0);
  });
});
