import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-backtest-'));
const current = join(folder, 'current.yaml');
const edited = join(folder, 'edited.yaml');
const NEWS = [
  ['a', '2026-03-01T08:00:00Z', 'Flooding closes the Kessel bridge'],
  ['b', '2026-03-02T09:00:00Z', 'Storm tears roofs off in Tolmark'],
  ['c', '2026-03-02T10:00:00Z', 'Ferry sinks in a storm near Veloza'],
  ['d', '2026-03-05T08:00:00Z', 'Owl hatches in the town hall'],
]
  .map(([id, published, title]) => JSON.stringify({ id, published, title, source: 'courier' }))
  .join('\n');

beforeAll(() => {
  writeFileSync(current, 'topics: [{ id: water, match: flood }, { id: owls, match: owl }]\n');
  writeFileSync(
    edited,
    'topics: [{ id: water, match: storm }, { id: ferries, match: ferry }]\nrecipients: [{ sms: "+46701234567", topics: [water] }]\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const backtest = (config: string, ...args: string[]) =>
  runCli(['backtest', '--config', config, '--items', '-', ...args], {}, undefined, NEWS);

describe('news-alerts backtest', () => {
  it('shows what an edit of the file changes', async () => {
    const { stdout, code } = await backtest(edited, '--against', current);
    expect(stdout).toBe(`searched 4 items of 4 days, until 2026-03-05 08:00 UTC
water: 2 items in 2 stories; 0.5 emails a day, at most 2 (2026-03-02); in a month about 15 emails or 15 SMS parts to each recipient
  before: 1 item in 1 story; 0.3 emails a day, at most 1 (2026-03-01); in a month about 8 emails or 8 SMS parts to each recipient
  added: 2 items, 2 whole stories
    + 2026-03-02 10:00 UTC  Ferry sinks in a *storm* near Veloza  (courier)
    + 2026-03-02 09:00 UTC  *Storm* tears roofs off in Tolmark  (courier)
  removed: 1 item, 1 whole story
    - 2026-03-01 08:00 UTC  *Flooding* closes the Kessel bridge  (courier)
ferries (new topic): 1 item in 1 story; 0.3 emails a day, at most 1 (2026-03-02); in a month about 8 emails or 8 SMS parts to each recipient
  added: 1 item, 1 whole story
    + 2026-03-02 10:00 UTC  *Ferry* sinks in a storm near Veloza  (courier)
  removed: 0 items, 0 whole stories
owls (removed topic): 1 item in 1 story; 0.3 emails a day, at most 1 (2026-03-05); in a month about 8 emails or 8 SMS parts to each recipient
  added: 0 items, 0 whole stories
  removed: 1 item, 1 whole story
    - 2026-03-05 08:00 UTC  *Owl* hatches in the town hall  (courier)
SMS in a month of 30 days, to all recipients: about 15 parts (to +46, whose price is unknown; look it up at https://aws.amazon.com/sns/sms-pricing/ and give it with --sms-price)
`);
    expect(code).toBe(0);
  });

  it('fails if a topic would exceed the limit per day', async () => {
    const { stderr, stdout, code } = await backtest(
      edited,
      '--against',
      current,
      '--max-per-day',
      '1',
      '--json',
    );
    expect(stderr).toContain(
      'more than 1 message on a day, got water with 2 on 2026-03-02; make the query narrower',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      searched: 4,
      topics: [
        { id: 'water', change: null, added: { stories: 2 }, smsPartsPerMonth: 15 },
        { id: 'ferries', change: 'new', before: null },
        { id: 'owls', change: 'removed', after: null, before: { matched: 1 } },
      ],
      smsCost: { partsPerMonth: 15, dollarsPerMonth: null },
      exceeding: ['water'],
    });
    expect((await backtest(edited, '--against', current, '--max-per-day', '2')).code).toBe(0);
  });

  it('finds no change between a file and itself', async () => {
    const { stdout } = await backtest(current, '--against', current);
    expect(stdout).not.toContain('added');
    expect(stdout).not.toContain('before');
  });

  it('reports a fault in a query', async () => {
    const broken = join(folder, 'broken.yaml');
    writeFileSync(broken, "topics: [{ id: water, match: 'flood AND' }, { id: owls, match: owl }]\n");
    const { stderr, code } = await backtest(broken);
    expect(stderr).toContain('topics.water.match: expected something to look for after AND');
    expect(code).toBe(1);
  });
});
