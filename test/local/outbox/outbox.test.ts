import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NewsAlertsError } from '../../../functions/shared/errors.ts';
import { createOutbox, readOutbox } from '../../../local/outbox/outbox.ts';
import { alertEntry, alertOf, delivery, publishedMessage } from '../../helpers/sample-alerts.ts';

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'outbox.jsonl');
}

const ids = (outbox: ReturnType<typeof createOutbox>) => outbox.recent().map(({ messageId }) => messageId);
const linesIn = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

describe('the entries', () => {
  it('have the alert, its texts and the deliveries to each recipient', () => {
    const outbox = createOutbox();
    const publish = publishedMessage('m1');
    outbox.recordPublish(publish);
    outbox.recordDelivery(['m1'], delivery('shown', { protocol: 'sms', endpoint: '+15550100' }));
    outbox.recordDelivery(['m1'], delivery('failed', { detail: 'no such mailbox' }));
    expect(outbox.recent()).toEqual([
      {
        messageId: 'm1',
        topicArn: 'arn:aws:sns:us-east-1:000000000000:news-alerts-topic-summit',
        at: '2031-10-14T08:42:00.000Z',
        subject: 'Presidents’ summit: Ostrand and Veloza meet in Port Lumen',
        alert: alertOf(),
        bodies: { email: publish.bodies.email, sms: publish.bodies.sms },
        recipients: 2,
        deliveries: [
          { protocol: 'sms', endpoint: '+15550100', how: 'shown' },
          { protocol: 'email', endpoint: 'ann@example.com', how: 'failed', detail: 'no such mailbox' },
        ],
      },
    ]);
  });

  it('are listed newest first, up to a limit', () => {
    const outbox = createOutbox({ maxEntries: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) outbox.recordPublish(publishedMessage(id));
    expect(ids(outbox)).toEqual(['e', 'd', 'c']);
    outbox.recordDelivery(['a'], delivery('mailed'));
    expect(ids(outbox)).toEqual(['e', 'd', 'c']);
  });

  it("replace a recipient's delivery without changing entries that were returned before", () => {
    const outbox = createOutbox();
    outbox.recordPublish(publishedMessage('a'));
    outbox.recordDelivery(['a'], delivery('failed', { detail: 'busy' }));
    const [before] = outbox.recent();
    outbox.recordDelivery(['a'], delivery('mailed'));
    const [after] = outbox.recent();
    expect(after?.deliveries).toEqual([{ protocol: 'email', endpoint: 'ann@example.com', how: 'mailed' }]);
    expect(before?.deliveries).toMatchObject([{ how: 'failed' }]);
    expect(outbox.recent()[0]).toBe(after);
  });

  it.each([
    ['no JSON', 'hello'],
    ['JSON of something else', '{"version":1,"entries":null}'],
    ['nothing', undefined],
  ])('have no alert if the http text is %s, as from another publisher', (_, http) => {
    const outbox = createOutbox();
    const bodies = { default: 'by hand', ...(http === undefined ? {} : { http }) };
    outbox.recordPublish(publishedMessage('a', alertOf(), { bodies, subject: undefined }));
    const [entry] = outbox.recent();
    expect(entry).toMatchObject({ subject: '', bodies: { email: 'by hand', sms: 'by hand' } });
    expect(entry).not.toHaveProperty('alert');
  });
});

describe('the waiting emails', () => {
  const open = (outbox: ReturnType<typeof createOutbox>) =>
    outbox.waiting().map(({ entry, delivery: { endpoint } }) => `${entry.messageId} ${endpoint}`);

  it('are listed in the order of publishing', () => {
    const outbox = createOutbox();
    const bob = { endpoint: 'bob@example.com' };
    outbox.recordPublish(publishedMessage('a'), [delivery('waiting'), delivery('waiting', bob)]);
    outbox.recordPublish(publishedMessage('b'), [
      delivery('waiting'),
      delivery('shown', { protocol: 'sms' }),
    ]);
    expect(open(outbox)).toEqual(['a ann@example.com', 'a bob@example.com', 'b ann@example.com']);
    outbox.recordDelivery(['a', 'b'], delivery('mailed'));
    expect(open(outbox)).toEqual(['a bob@example.com']);
  });

  it('are never dropped, however much is published after them, even over restarts', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file, maxEntries: 3 });
    outbox.recordPublish(publishedMessage('first'), [delivery('waiting')]);
    for (let n = 0; n < 30; n++) outbox.recordPublish(publishedMessage(`${n}`), [delivery('mailed')]);
    outbox.recordPublish(publishedMessage('last'), [delivery('waiting')]);
    expect(ids(outbox)).toEqual(['last', '29', 'first']);
    await outbox.close();
    const after = createOutbox({ file, maxEntries: 1 });
    expect(open(after)).toEqual(['first ann@example.com', 'last ann@example.com']);
    after.recordDelivery(['first'], delivery('mailed'));
    after.recordPublish(publishedMessage('next'), [delivery('waiting')]);
    expect(ids(after)).toEqual(['next', 'last']);
  });

  it('are recorded together with their message, so a kill in between loses nothing', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'), [delivery('waiting')]);
    expect(linesIn(file)).toHaveLength(1);
    expect(open(createOutbox({ file }))).toEqual(['a ann@example.com']);
  });

  it('change for several messages of one mail in one step', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    for (const id of ['a', 'b', 'c']) outbox.recordPublish(publishedMessage(id), [delivery('waiting')]);
    const before = linesIn(file).length;
    outbox.recordDelivery(['a', 'b'], delivery('mailed', { detail: '250 OK', mail: 'a' }));
    expect(linesIn(file)).toHaveLength(before + 1);
    expect(open(createOutbox({ file }))).toEqual(['c ann@example.com']);
  });

  it('include those of earlier releases', async () => {
    const file = await newFile();
    const before = createOutbox({ file });
    before.recordPublish(publishedMessage('a'));
    before.recordPublish(publishedMessage('b'));
    await before.close();
    for (const [id, how] of [
      ['a', 'waiting'],
      ['b', 'mailed'],
    ]) {
      const record = { messageId: id, delivery: { protocol: 'email', endpoint: 'ann@example.com', how } };
      appendFileSync(file, `${JSON.stringify({ v: 1, delivered: record })}\n`);
    }
    expect(open(createOutbox({ file }))).toEqual(['a ann@example.com']);
  });

  it('can be read by other processes during writes', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    outbox.recordPublish(publishedMessage('a'), [delivery('waiting')]);
    expect(readOutbox(join(file, '..')).get('a')?.deliveries).toMatchObject([{ how: 'waiting' }]);
    expect(readOutbox(join(file, '..', 'nowhere')).size).toBe(0);
  });
});

describe('the file', () => {
  it('keeps the entries over restarts, readable only by its owner', async () => {
    const file = await newFile();
    const before = createOutbox({ file });
    before.recordPublish(publishedMessage('a'));
    before.recordPublish(publishedMessage('b'));
    before.recordDelivery(['a'], delivery('mailed'));
    await before.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const after = createOutbox({ file });
    expect(after.recent()).toEqual(before.recent());
    after.recordPublish(publishedMessage('c'));
    after.recordDelivery(['b'], delivery('failed', { detail: 'gone' }));
    await after.close();
    expect(createOutbox({ file }).recent()).toEqual(after.recent());
  });

  it('may come from 0.1.0, with alerts of the kind `update` and entries without roles', async () => {
    const file = await newFile();
    const entry = alertEntry({ kind: 'update', previousTitle: 'They may meet' });
    const before = createOutbox({ file });
    before.recordPublish(publishedMessage('a', alertOf({ kind: 'follow-up', entries: [entry] })));
    await before.close();
    const old = readFileSync(file, 'utf8').replace('"kind":"follow-up"', '"kind":"update"');
    writeFileSync(file, old);
    expect(createOutbox({ file }).recent()[0]?.alert).toMatchObject({ kind: 'follow-up', entries: [entry] });
  });

  it('keeps roles, stories and the time of discovery', async () => {
    const file = await newFile();
    const story = { title: 'They may meet', foundAt: '2031-10-13T08:00:00.000Z' };
    const foundAt = '2031-10-14T08:40:00.000Z';
    const entries = [
      alertEntry({ role: 'development', story, foundAt }),
      alertEntry({ role: 'also', story, foundAt, storyId: 'b', shownWith: 'story-1' }),
    ];
    const before = createOutbox({ file });
    before.recordPublish(publishedMessage('a', alertOf({ kind: 'digest', entries })));
    await before.close();
    expect(createOutbox({ file }).recent()[0]?.alert?.entries).toEqual(entries);
  });

  it('loses nothing on kill -9', async () => {
    const file = await newFile();
    const child = fork(join(import.meta.dirname, 'outbox-writer.ts'), [file], { stdio: 'ignore' });
    const [report] = await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = createOutbox({ file });
    // It may have written more after it printed the number, but not less.
    expect(ids(after).reverse().slice(0, report.published)).toEqual(
      Array.from({ length: report.published }, (_, n) => `m${n}`),
    );
    expect(after.recent().every(({ alert }) => alert !== undefined)).toBe(true);
  });

  it.each([
    ['cut off', '{"v":1,"published":{"messageId":"c","top'],
    ['of a later version', '{"v":2,"published":{}}\n'],
    ['about something else', '[1,2]\n'],
    ['of bytes that a disk has changed', '{"v":1,"publi\u0000\ufffd":{}}\n'],
  ])(
    'saves a line that is %s elsewhere with a warning, and puts the next record on its own line',
    async (_, line) => {
      const file = await newFile();
      const before = createOutbox({ file });
      before.recordPublish(publishedMessage('a'));
      before.recordPublish(publishedMessage('b'));
      await before.close();
      appendFileSync(file, line);
      const said: string[] = [];
      const say = (text: string) => said.push(text);
      const after = createOutbox({ file, say });
      after.recordPublish(publishedMessage('d'));
      await after.close();
      expect(ids(createOutbox({ file, say }))).toEqual(['d', 'b', 'a']);
      expect(said).toEqual([
        expect.stringContaining(`outbox.jsonl: 1 line could not be read and was saved to ${file}.unreadable`),
      ]);
      expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(`${line.trimEnd()}\n`);
      expect(statSync(`${file}.unreadable`).mode & 0o777).toBe(0o600);
    },
  );

  it('keeps lines that another process cannot read', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'));
    appendFileSync(file, '[1,2]\n');
    expect([...readOutbox(join(file, '..')).keys()]).toEqual(['a']);
    expect(await readdir(join(file, '..'))).toEqual(['outbox.jsonl']);
  });

  it('may have empty lines, which cause no warning', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'));
    appendFileSync(file, '\n\n');
    const said: string[] = [];
    expect(ids(createOutbox({ file, say: (text) => said.push(text) }))).toEqual(['a']);
    expect(said).toEqual([]);
  });

  it('does not grow without limit, neither over restarts nor within a run', async () => {
    const file = await newFile();
    for (let start = 0; start < 4; start++) {
      const outbox = createOutbox({ file, maxEntries: 5 });
      for (let n = 0; n < 40; n++) {
        outbox.recordPublish(publishedMessage(`${start}-${n}`));
        outbox.recordDelivery([`${start}-${n}`], delivery('shown'));
        expect(linesIn(file).length).toBeLessThanOrEqual(5 + 3 * 5);
      }
      await outbox.close();
    }
    const last = createOutbox({ file, maxEntries: 5 });
    expect(linesIn(file)).toHaveLength(5);
    expect(ids(last)).toEqual(['3-39', '3-38', '3-37', '3-36', '3-35']);
    expect(last.recent().every(({ deliveries }) => deliveries.length === 1)).toBe(true);
    expect(await readdir(join(file, '..'))).toEqual(['outbox.jsonl']);
  });

  it('causes an error with a remedy if it cannot be read', async () => {
    const file = await newFile();
    mkdirSync(file, { recursive: true });
    expect(() => createOutbox({ file })).toThrow(NewsAlertsError);
    expect(() => createOutbox({ file })).toThrow(
      /outbox\.jsonl: expected a file to read, got a folder; .*--data/,
    );
  });

  it('fails a publish that it cannot store, and has everything after the next write', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    outbox.recordPublish(publishedMessage('a'));
    await outbox.close();
    // A file replaces the folder, so every write fails.
    const folder = join(file, '..');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(() => outbox.recordPublish(publishedMessage('b'))).toThrow(NewsAlertsError);
    expect(() => outbox.recordDelivery(['a'], delivery('mailed'))).not.toThrow();
    expect(ids(outbox)).toEqual(['a']);
    expect(outbox.recent()).toMatchObject([{ deliveries: [{ how: 'mailed' }] }]);
    // A try must not begin unless it is recorded.
    expect(() => outbox.recordAttempt('a', delivery('unknown'))).toThrow(NewsAlertsError);
    expect(outbox.recent()).toMatchObject([{ deliveries: [{ how: 'mailed' }] }]);
    await expect(outbox.close()).rejects.toThrow(NewsAlertsError);
    rmSync(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o700);
    await outbox.close();
    expect(createOutbox({ file }).recent()).toEqual(outbox.recent());
  });
});
