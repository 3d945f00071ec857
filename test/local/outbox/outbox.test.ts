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

describe('what it remembers', () => {
  it('is the alert, its texts, and what became of it at each recipient', () => {
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

  it('is the newest first, and no more than is to be kept', () => {
    const outbox = createOutbox({ maxEntries: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) outbox.recordPublish(publishedMessage(id));
    expect(ids(outbox)).toEqual(['e', 'd', 'c']);
    outbox.recordDelivery(['a'], delivery('mailed'));
    expect(ids(outbox)).toEqual(['e', 'd', 'c']);
  });

  it('replaces what it knew of a recipient, and never changes an entry that it has given out', () => {
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
  ])('has no alert where the http text is %s, as when somebody else published', (_, http) => {
    const outbox = createOutbox();
    const bodies = { default: 'by hand', ...(http === undefined ? {} : { http }) };
    outbox.recordPublish(publishedMessage('a', alertOf(), { bodies, subject: undefined }));
    const [entry] = outbox.recent();
    expect(entry).toMatchObject({ subject: '', bodies: { email: 'by hand', sms: 'by hand' } });
    expect(entry).not.toHaveProperty('alert');
  });
});

describe('what is open', () => {
  const open = (outbox: ReturnType<typeof createOutbox>) =>
    outbox.waiting().map(({ entry, delivery: { endpoint } }) => `${entry.messageId} ${endpoint}`);

  it('are the emails that wait, in the order in which they were published', () => {
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

  it('is never forgotten, however much is published after it, over restarts', async () => {
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

  it('is known with the message itself: a kill between the two loses nothing', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'), [delivery('waiting')]);
    expect(linesIn(file)).toHaveLength(1);
    expect(open(createOutbox({ file }))).toEqual(['a ann@example.com']);
  });

  it('changes for several messages of one mail in one step', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    for (const id of ['a', 'b', 'c']) outbox.recordPublish(publishedMessage(id), [delivery('waiting')]);
    const before = linesIn(file).length;
    outbox.recordDelivery(['a', 'b'], delivery('mailed', { detail: '250 OK', mail: 'a' }));
    expect(linesIn(file)).toHaveLength(before + 1);
    expect(open(createOutbox({ file }))).toEqual(['c ann@example.com']);
  });

  it('includes what earlier releases left', async () => {
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

  it('is read by other processes while it is written', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    outbox.recordPublish(publishedMessage('a'), [delivery('waiting')]);
    expect(readOutbox(join(file, '..')).get('a')?.deliveries).toMatchObject([{ how: 'waiting' }]);
    expect(readOutbox(join(file, '..', 'nowhere')).size).toBe(0);
  });
});

describe('with a file', () => {
  it('it remembers over restarts, in private', async () => {
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

  it('it reads what 0.1.0 wrote: alerts of the kind `update`, whose entries have no roles', async () => {
    const file = await newFile();
    const entry = alertEntry({ kind: 'update', previousTitle: 'They may meet' });
    const before = createOutbox({ file });
    before.recordPublish(publishedMessage('a', alertOf({ kind: 'follow-up', entries: [entry] })));
    await before.close();
    const old = readFileSync(file, 'utf8').replace('"kind":"follow-up"', '"kind":"update"');
    writeFileSync(file, old);
    expect(createOutbox({ file }).recent()[0]?.alert).toMatchObject({ kind: 'follow-up', entries: [entry] });
  });

  it('it keeps roles, stories and the time of discovery', async () => {
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

  it('it loses nothing to a kill -9', async () => {
    const file = await newFile();
    const child = fork(join(import.meta.dirname, 'outbox-writer.ts'), [file], { stdio: 'ignore' });
    const [told] = await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = createOutbox({ file });
    // It may have written more after it told, but nothing less.
    expect(ids(after).reverse().slice(0, told.published)).toEqual(
      Array.from({ length: told.published }, (_, n) => `m${n}`),
    );
    expect(after.recent().every(({ alert }) => alert !== undefined)).toBe(true);
  });

  it.each([
    ['cut off', '{"v":1,"published":{"messageId":"c","top'],
    ['of a later version', '{"v":2,"published":{}}\n'],
    ['about something else', '[1,2]\n'],
    ['of bytes that a disk has changed', '{"v":1,"publi\u0000\ufffd":{}}\n'],
  ])(
    'a line that is %s is set aside and told, and the next record stands on a line of its own',
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

  it('lines that another process cannot read are left where they are', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'));
    appendFileSync(file, '[1,2]\n');
    expect([...readOutbox(join(file, '..')).keys()]).toEqual(['a']);
    expect(await readdir(join(file, '..'))).toEqual(['outbox.jsonl']);
  });

  it('empty lines are nothing to tell of', async () => {
    const file = await newFile();
    createOutbox({ file }).recordPublish(publishedMessage('a'));
    appendFileSync(file, '\n\n');
    const said: string[] = [];
    expect(ids(createOutbox({ file, say: (text) => said.push(text) }))).toEqual(['a']);
    expect(said).toEqual([]);
  });

  it('the file does not grow for ever, neither over restarts nor within a run', async () => {
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

  it('says what to do when the file cannot be read', async () => {
    const file = await newFile();
    mkdirSync(file, { recursive: true });
    expect(() => createOutbox({ file })).toThrow(NewsAlertsError);
    expect(() => createOutbox({ file })).toThrow(
      /outbox\.jsonl: expected a file to read, got a folder; .*--data/,
    );
  });

  it('refuses a publish that it cannot keep, and makes up for all of it later', async () => {
    const file = await newFile();
    const outbox = createOutbox({ file });
    outbox.recordPublish(publishedMessage('a'));
    await outbox.close();
    // The folder becomes a file: no write can succeed.
    const folder = join(file, '..');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(() => outbox.recordPublish(publishedMessage('b'))).toThrow(NewsAlertsError);
    expect(() => outbox.recordDelivery(['a'], delivery('mailed'))).not.toThrow();
    expect(ids(outbox)).toEqual(['a']);
    expect(outbox.recent()).toMatchObject([{ deliveries: [{ how: 'mailed' }] }]);
    await expect(outbox.close()).rejects.toThrow(NewsAlertsError);
    rmSync(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o700);
    await outbox.close();
    expect(createOutbox({ file }).recent()).toEqual(outbox.recent());
  });
});
