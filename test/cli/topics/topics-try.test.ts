import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config/load.ts';
import { items } from '../../../functions/shared/store/items.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { openDataFolder } from '../../../local/data-folder/open-data-folder.ts';
import { startRuntime } from '../../../local/runtime.ts';
import { runCli } from '../../helpers/cli.ts';
import { deployment } from '../../helpers/deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-try-'));
const file = join(folder, 'news.yaml');
const deployed = deployment();
const CONFIG = `feeds: [{ id: courier, url: "https://courier.example/rss", title: The Courier }]
terms: { water: flood OR storm }
topics: [{ id: floods, match: flood, roundUp: off }, { id: owls, match: owl }]
`;

beforeAll(() => writeFileSync(file, CONFIG));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (id: string, published: string, title: string, more: object = {}) =>
  JSON.stringify({ id, title, published, source: { id: 'courier', title: 'The Courier' }, ...more });
const NEWS = [
  line('a', '2026-03-01T08:00:00Z', 'Flooding closes the Kessel bridge', {
    url: 'https://courier.example/a',
  }),
  line('b', '2026-03-02T09:00:00Z', 'Storm tears roofs off in Tolmark'),
  line('c', '2026-03-04T09:00:00Z', 'Owl hatches in the town hall'),
].join('\n');

const run = (args: readonly string[], input = NEWS) =>
  runCli(['topics', 'try', '--config', file, ...args], deployed.env(), undefined, input);
const tried = (query: string, ...args: string[]) => run([query, '--items', '-', ...args]);

describe('news-alerts topics try', () => {
  it('prints the stories that a query would have caught, with what it found', async () => {
    const { stdout, stderr, code } = await tried('@water');
    expect(stdout).toBe(`searched 3 items, 2026-03-01 08:00 UTC to 2026-03-04 09:00 UTC
found 2 items in 2 stories

2026-03-02 09:00 UTC  *Storm* tears roofs off in Tolmark
  The Courier
  why: “storm” (title: *Storm* tears roofs off in Tolmark)

2026-03-01 08:00 UTC  *Flooding* closes the Kessel bridge
  The Courier  https://courier.example/a
  why: “flood” (title: *Flooding* closes the Kessel bridge)

flood also matched flooding (1)

stories per day
  2026-03-01  1  ########################################
  2026-03-02  1  ########################################
  2026-03-03  0
  2026-03-04  0

in a month of 30 days, each recipient would get about 20 emails, or 20 SMS (based on 3 days; an SMS has one part)
SMS in a month of 30 days to each recipient: about 20 parts, $0.13 on AWS (to the US at $0.00645 each; without the fees of the carriers)
`);
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('compares with a saved topic', async () => {
    const { stdout } = await tried('storm', '--topic', 'floods');
    expect(stdout).toContain(`compared with the topic floods: 1 item instead of 1, 1 story instead of 1
  in a month: 10 emails, or 10 SMS instead of 10 emails, or 10 SMS
  added: 1 item, 1 whole story
    + 2026-03-02 09:00 UTC  *Storm* tears roofs off in Tolmark  (The Courier)
  removed: 1 item, 1 whole story
    - 2026-03-01 08:00 UTC  *Flooding* closes the Kessel bridge  (The Courier)
`);
  });

  it('prints JSON', async () => {
    const { stdout } = await tried('flood', '--json', '--limit', '1', '--topic', 'owls');
    expect(JSON.parse(stdout)).toMatchObject({
      query: 'flood',
      period: { from: '2026-03-01T08:00:00.000Z', to: '2026-03-04T09:00:00.000Z' },
      searched: 3,
      matched: 1,
      storyCount: 1,
      stories: [
        {
          id: 'a',
          at: '2026-03-01T08:00:00.000Z',
          url: 'https://courier.example/a',
          sources: ['The Courier'],
          items: [{ id: 'a', role: 'first' }],
        },
      ],
      variants: [{ term: 'flood', found: [{ text: 'flooding', items: 1 }] }],
      estimate: { historyDays: 3.04, messages: { email: 1, sms: 1 } },
      smsCost: { partsPerMonth: 10, dollarsPerMonth: 0.0645, isExample: true },
      comparison: { topic: 'owls', removed: { examples: [{ id: 'c', url: null }] } },
    });
  });

  it('prices the SMS to the numbers that receive the topic', async () => {
    const withNumbers = join(folder, 'numbers.yaml');
    writeFileSync(
      withNumbers,
      `${CONFIG}recipients: [{ sms: "+46701234567", topics: [owls] }, { sms: "+819012345678" }]\n`,
    );
    const costOf = async (...args: string[]) => {
      const { stdout } = await tried('flood', '--json', ...args, '--config', withNumbers);
      return JSON.parse(stdout).smsCost;
    };
    expect(await costOf()).toMatchObject({
      partsPerMonth: 10,
      isExample: false,
      destinations: [{ prefix: '+81', country: 'Japan', numbers: 1 }],
    });
    expect(await costOf('--topic', 'owls')).toMatchObject({ partsPerMonth: 20, dollarsPerMonth: null });
    expect(await costOf('--topic', 'owls', '--sms-price', '0.05')).toMatchObject({ dollarsPerMonth: 1 });
    expect((await tried('flood', '--sms-price', 'x')).code).toBe(2);
  });

  it('points at the fault of a query', async () => {
    const { stderr, stdout, code } = await tried('storm AND OR flood');
    expect(stderr).toBe(`the query, character 11: expected something to look for after AND, got OR
    storm AND OR flood
              ^^
    remove one of the two, or put it in quotes to search for it
`);
    expect([stdout, code]).toEqual(['', 2]);
    expect((await tried('@watr')).stderr).toContain('did you mean @water?');
  });

  it('prints notes about a query that may not be meant', async () => {
    expect((await tried('storm OR D')).stderr).toContain('note: D matches wherever D stands alone');
  });

  it('refuses unknown topics, two pasts, and numbers that are none', async () => {
    expect((await tried('flood', '--topic', 'flods')).stderr).toContain('(floods, owls), got flods');
    const both = await tried('flood', '--recordings', folder);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
    expect((await tried('flood', '--days', '0')).code).toBe(2);
  });

  it('tries the valid lines of a file, and fails', async () => {
    const { stdout, stderr, code } = await run(['flood', '--items', '-'], `{\n${NEWS}`);
    expect(stdout).toContain('found 1 item in 1 story');
    expect(stderr).toContain('expected an item on every line');
    expect(code).toBe(1);
  });

  it('says what to do when there is no past', async () => {
    const { stderr, code } = await run(['flood', '--data', join(folder, 'none')]);
    expect(stderr).toContain('let `news-alerts start` run');
    expect(stderr).toContain('--recordings');
    expect(code).toBe(1);
    deployed.facts.outputs = { TableName: 'news-alerts' };
    expect((await run(['flood', '--stack', 'NewsAlerts'])).stderr).toContain(
      'expected stored items, got none yet',
    );
  });

  it('reads recorded feeds', async () => {
    const feed = join(folder, 'recorded', 'herald');
    mkdirSync(feed, { recursive: true });
    const rss = (...titles: string[]) =>
      `<rss version="2.0"><channel><title>H</title>${titles
        .map(
          (title) =>
            `<item><title>${title}</title><link>https://herald.example/${title.replaceAll(' ', '-')}</link></item>`,
        )
        .join('')}</channel></rss>`;
    writeFileSync(join(feed, '2026-03-01T080000Z.xml'), rss('Flood in Veloza'));
    writeFileSync(join(feed, '2026-03-01T090000Z.xml'), rss('Owls nest early', 'Flood in Veloza'));
    writeFileSync(
      join(feed, '2026-03-03T090000Z.xml'),
      rss('Floods reach Tolmark harbour', 'Owls nest early'),
    );
    const { stdout } = await run(['flood', '--recordings', join(folder, 'recorded')]);
    expect(stdout).toContain('searched 3 items, 2026-03-01 08:00 UTC to 2026-03-03 09:00 UTC');
    expect(stdout).toContain('2026-03-03 09:00 UTC  *Floods* reach Tolmark harbour\n  herald');
  });

  it('reads the table of a deployment, all of its segments', async () => {
    deployed.facts.outputs = { TableName: 'news-alerts' };
    await store(deployed.table());
    const { stdout } = await run(['flood', '--stack', 'NewsAlerts', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      searched: 40,
      matched: 20,
      stories: [{ feed: 'The Courier' }],
    });
  });

  it('reads the data of this machine, whether start runs or not', async () => {
    const data = join(folder, 'data');
    const quiet = () => undefined;
    const runtime = await startRuntime({
      config: parseConfig(CONFIG, file, {}).config,
      subscriptions: [],
      dataDir: data,
      clock: Date.now,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    await store(runtime.platform.table());
    const found = { searched: 40, matched: 20, stories: [{ feed: 'The Courier' }] };
    expect(JSON.parse((await run(['flood', '--data', data, '--json'])).stdout)).toMatchObject(found);
    await runtime.stop();
    expect(JSON.parse((await run(['flood', '--data', data, '--json'])).stdout)).toMatchObject(found);
    // Nothing was left that keeps the folder from being opened for writing.
    await (await openDataFolder(data)).close();
  });
});

/** Stores forty items, of which twenty report the same flood. */
async function store(table: Table): Promise<void> {
  const now = Date.now();
  const list = Array.from({ length: 40 }, (_, n) => ({
    id: `${String(n).padStart(8, '0')}abcdefgh`,
    contentHash: String(n),
    feedId: 'courier',
    title: n % 2 === 0 ? 'Flooding closes the Kessel bridge' : `Owl number ${n} hatches`,
    summary: '',
    content: '',
    authors: [],
    categories: [],
  }));
  await items(table).putAll(list, now - 3_600_000);
}
