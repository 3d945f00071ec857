import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { sendChatMessage } from '../../../functions/chat/send.ts';
import type { Sending } from '../../../functions/chat/service.ts';
import type { SendOutcome } from '../../../functions/shared/delivery/outcome.ts';
import type { Alert, ChatRecipient } from '../../../functions/shared/model.ts';
import { type ChatDelivery, type ChatTiming, createChatDelivery } from '../../../local/chat/chat-delivery.ts';
import { createOutbox, type Outbox } from '../../../local/outbox/outbox.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import { alertEntry, alertOf, publishedMessage } from '../../helpers/sample-alerts.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const SLACK: ChatRecipient = {
  service: 'slack',
  url: 'https://hooks.slack.com/services/T0/B0/x',
  name: 'hooks.slack.com/…aaaaaa',
  topicIds: ['summit'],
};
const NTFY: ChatRecipient = {
  service: 'ntfy',
  url: 'https://ntfy.sh/topic',
  name: 'ntfy.sh/…bbbbbb',
  topicIds: ['summit', 'storm'],
};

let folder: string;
let stops: (() => Promise<void>)[];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2031-10-14T09:00:00.000Z') });
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-chat-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const OK: SendOutcome = { kind: 'sent', answer: 'Slack answered 200 (ok)' };
const DOWN: SendOutcome = { kind: 'retry', detail: 'Slack answered 503 (down)', mayBeSent: true };
const GONE: SendOutcome = { kind: 'refused', detail: 'Slack answered 404 (no_service): create a new one' };
const busy = (pauseMs: number): SendOutcome => ({ kind: 'retry', detail: 'Slack answered 429', pauseMs });

interface Try {
  readonly service: string;
  readonly text: string;
  readonly id: string;
  readonly at: number;
  readonly thread: string | undefined;
}

interface Running {
  readonly outbox: Outbox;
  readonly chats: ChatDelivery;
  readonly printed: string[];
  readonly tries: Try[];
  answer: (one: Try) => SendOutcome | 'hang';
  recipients: readonly ChatRecipient[];
  publish(id: string, alert?: Partial<Alert>, protocols?: readonly string[]): void;
  states(): string[];
  deliveries(): OutboxDelivery[];
}

/** Starts a queue on the test's folder. Without `stop` it is left as kill -9 would. */
function started({
  recipients = [SLACK],
  showsOnly = false,
  answer = () => OK,
  timing = {},
}: Partial<Pick<Running, 'recipients' | 'answer'>> & {
  readonly showsOnly?: boolean;
  readonly timing?: Partial<ChatTiming>;
} = {}): Running {
  const outbox = createOutbox({ file: join(folder, 'outbox.jsonl') });
  const printed: string[] = [];
  const tries: Try[] = [];
  const send = async (
    body: string,
    { address, id, thread }: Sending,
    { signal }: { signal?: AbortSignal } = {},
  ) => {
    const one = { service: address.service, text: body, id, at: Date.now(), thread };
    tries.push(one);
    const answered = running.answer(one);
    if (answered !== 'hang') return answered;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    return DOWN;
  };
  const chats = createChatDelivery({
    outbox,
    recipients: () => running.recipients,
    zoneOf: () => 'UTC',
    showsOnly,
    say: (text) => printed.push(text),
    send: send as typeof sendChatMessage,
    timing,
  });
  const running: Running = {
    outbox,
    chats,
    printed,
    tries,
    answer,
    recipients,
    publish(id, alert = {}, protocols = ['email', 'sms']) {
      const entries = [alertEntry({ itemId: id, storyId: id, title: `Headline ${id}` })];
      const message = publishedMessage(id, alertOf({ id, entries, ...alert }), {
        receivers: [],
        attributes: { protocols: [...protocols] },
        at: new Date().toISOString(),
      });
      outbox.recordPublish(message, chats.plan(message));
      chats.wake();
    },
    states: () =>
      running.deliveries().map(({ how, protocol, detail = '' }) => `${protocol} ${how} ${detail}`.trim()),
    deliveries: () =>
      outbox
        .recent()
        .toReversed()
        .flatMap(({ deliveries }) => deliveries),
  };
  chats.start();
  stops.push(async () => {
    const closed = chats.close();
    await vi.advanceTimersByTimeAsync(11 * SECOND_MS);
    await closed;
    await outbox.close();
  });
  return running;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a message to a chat service', () => {
  it('is sent to each recipient of its topic, and its state is kept', async () => {
    const one = started({ recipients: [SLACK, NTFY] });
    one.publish('a');
    one.publish('b', { topicId: 'storm' });
    await pass(2 * SECOND_MS);
    expect(one.states()).toEqual([
      'slack sent Slack answered 200 (ok)',
      'ntfy sent Slack answered 200 (ok)',
      'ntfy sent Slack answered 200 (ok)',
    ]);
    expect(one.deliveries()[0]).toMatchObject({ endpoint: SLACK.name, tries: 1 });
    expect(JSON.stringify(one.outbox.recent())).not.toContain('/services/');
    expect(one.outbox.recent().map(({ recipients }) => recipients)).toEqual([1, 2]);
  });

  it('follows the email policy: alerts that are for SMS alone do not come', async () => {
    const one = started();
    one.publish('a', {}, ['sms']);
    one.publish('b', {}, ['email']);
    await pass(2 * SECOND_MS);
    expect(one.tries.map(({ text }) => /Headline \w/.exec(text)?.[0])).toEqual(['Headline b']);
  });

  it('is sent in order, one a second for each recipient', async () => {
    const one = started();
    for (const id of ['a', 'b', 'c']) one.publish(id);
    await pass(5 * SECOND_MS);
    expect(one.tries.map(({ text }) => /Headline \w/.exec(text)?.[0])).toEqual([
      'Headline a',
      'Headline b',
      'Headline c',
    ]);
    const [a = 0, b = 0, c = 0] = one.tries.map(({ at }) => at);
    expect([b - a, c - b]).toEqual([SECOND_MS, SECOND_MS]);
  });

  it('is only shown in the demo, and to a placeholder', async () => {
    const demo = started({ showsOnly: true });
    demo.publish('a');
    const example = started({ recipients: [{ ...SLACK, url: 'https://example.com/hook' }] });
    example.publish('b');
    await pass(MINUTE_MS);
    expect([...demo.states(), ...example.states()]).toContain('slack shown');
    expect([...demo.tries, ...example.tries]).toEqual([]);
  });
});

describe('a follow-up', () => {
  const about = (id: string, storyId: string, kind: Alert['kind'] = 'follow-up') => ({
    id,
    kind,
    entries: [alertEntry({ itemId: id, storyId, title: `Headline ${id}` })],
  });

  it('goes into the thread of its story, after a restart as well', async () => {
    const answer = ({ id }: Try): SendOutcome => ({ ...OK, thread: `thread of ${id}` });
    const one = started({ answer });
    one.publish('a', about('a', 'story-a', 'new'));
    one.publish('b', about('b', 'story-b', 'new'));
    await pass(3 * SECOND_MS);
    const [threadOfA, threadOfB] = one.tries.map(({ id }) => `thread of ${id}`);
    await stops.pop()?.();
    const next = started({ answer });
    next.publish('b2', about('b2', 'story-b'));
    next.publish('a2', about('a2', 'story-a'));
    next.publish('c', about('c', 'story-c'));
    await pass(4 * SECOND_MS);
    expect(next.tries.map(({ thread }) => thread)).toEqual([threadOfB, threadOfA, undefined]);
  });

  it('is sent without a thread where the service has none, and never into that of another topic', async () => {
    const one = started({ recipients: [NTFY] });
    one.publish('a', about('a', 'story', 'new'));
    await pass(2 * SECOND_MS);
    one.answer = () => ({ ...OK, thread: 'x' });
    one.publish('a2', about('a2', 'story'));
    await pass(2 * SECOND_MS);
    one.publish('other', { ...about('other', 'story'), topicId: 'storm' });
    await pass(2 * SECOND_MS);
    expect(one.tries.map(({ thread }) => thread)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a service that does not accept messages', () => {
  it('is tried again at growing pauses for a day, then the message is given up', async () => {
    const one = started({ answer: () => DOWN });
    one.publish('a');
    await pass(10 * MINUTE_MS);
    const gaps = one.tries.map(({ at }, n) => at - (one.tries[n - 1]?.at ?? at)).slice(1);
    expect(gaps.length).toBeGreaterThan(4);
    expect(gaps.every((gap, n) => n === 0 || gap > (gaps[n - 1] ?? 0) * 0.6)).toBe(true);
    expect(one.states()).toEqual(['slack waiting Slack answered 503 (down)']);
    expect(one.printed).toEqual([
      expect.stringMatching(/^slack hooks\.slack\.com\/…aaaaaa: Slack answered 503 \(down\)\. Next try at /),
    ]);
    await pass(25 * HOUR_MS);
    expect(one.states()).toEqual([
      expect.stringMatching(
        /^slack failed not accepted within 24 hours|^slack failed not accepted within 1 day/,
      ),
    ]);
    expect(one.tries.length).toBeLessThan(80);
    expect(one.chats.failed()).toBe(1);
  });

  it('gets no message before the time that Retry-After names, and then all of them in order', async () => {
    let until = 0;
    const one = started({ answer: ({ at }) => (at < until ? busy(until - at) : OK) });
    until = Date.now() + 20 * MINUTE_MS;
    for (const id of ['a', 'b']) one.publish(id);
    await pass(19 * MINUTE_MS);
    expect(one.tries).toHaveLength(1);
    await pass(2 * MINUTE_MS);
    expect(one.tries.map(({ text }) => /Headline \w/.exec(text)?.[0])).toEqual([
      'Headline a',
      'Headline a',
      'Headline b',
    ]);
    expect(one.printed.at(-1)).toContain('messages are accepted again');
  });

  it('does not delay other recipients', async () => {
    const one = started({
      recipients: [SLACK, NTFY],
      answer: ({ service }) => (service === 'slack' ? 'hang' : OK),
    });
    one.publish('a');
    one.publish('b');
    await pass(3 * SECOND_MS);
    expect(one.states().filter((state) => state.startsWith('ntfy'))).toHaveLength(2);
    expect(one.states().filter((state) => state.startsWith('ntfy sent'))).toHaveLength(2);
  });

  it('fails a refused message with what to do, and tries later ones', async () => {
    let answer: SendOutcome = GONE;
    const one = started({ answer: () => answer });
    one.publish('a');
    await pass(SECOND_MS);
    answer = OK;
    one.publish('b');
    await pass(6 * SECOND_MS);
    expect(one.states()).toEqual([
      'slack failed Slack answered 404 (no_service): create a new one',
      'slack sent Slack answered 200 (ok)',
    ]);
    expect(one.printed.join()).toContain('not sent: Slack answered 404');
  });

  it('that dislikes one message alone gets the others after three tries', async () => {
    const one = started({ answer: ({ text }) => (text.includes('Headline bad') ? DOWN : OK) });
    one.publish('bad');
    one.publish('good');
    await pass(5 * MINUTE_MS);
    expect(one.states()).toEqual([
      'slack waiting Slack answered 503 (down)',
      'slack sent Slack answered 200 (ok)',
    ]);
  });
});

it('a message that alone is disliked is tried more and more rarely, however many others are accepted', async () => {
  const one = started({ answer: ({ text }) => (text.includes('Headline bad') ? DOWN : OK) });
  one.publish('bad');
  for (let n = 0; n < 60; n++) {
    one.publish(`good${n}`);
    await pass(MINUTE_MS);
  }
  const bad = one.tries.filter(({ text }) => text.includes('Headline bad'));
  expect(bad.length).toBeLessThan(14);
  expect(one.states().filter((state) => state.startsWith('slack sent'))).toHaveLength(60);
});

describe('over a restart', () => {
  it('waiting messages are sent, with the same id', async () => {
    const killed = started({ answer: () => DOWN });
    killed.publish('a');
    await pass(SECOND_MS);
    const next = started();
    await pass(2 * SECOND_MS);
    expect(next.states()).toEqual(['slack sent Slack answered 200 (ok)']);
    expect(next.tries[0]?.id).toBe(killed.tries[0]?.id);
  });

  it('a message without an answer is sent again: a duplicate in a chat is harmless, a loss is not', async () => {
    const killed = started({ answer: () => 'hang' });
    killed.publish('a');
    await pass(SECOND_MS);
    const next = started();
    await pass(2 * SECOND_MS);
    expect(next.tries).toHaveLength(1);
    expect(next.states()).toEqual(['slack sent Slack answered 200 (ok)']);
  });

  it('an alert that was published twice is sent once', async () => {
    const one = started();
    one.publish('a');
    await pass(2 * SECOND_MS);
    const message = publishedMessage(
      'again',
      alertOf({ id: 'a', entries: [alertEntry({ itemId: 'a', storyId: 'a' })] }),
      { receivers: [] },
    );
    one.outbox.recordPublish(message, one.chats.plan(message));
    one.chats.wake();
    await pass(2 * SECOND_MS);
    expect(one.tries).toHaveLength(1);
    expect(one.states()).toHaveLength(2);
    expect(one.states().every((state) => state.startsWith('slack sent'))).toBe(true);
  });

  it('a digest of several messages continues after those that were accepted', async () => {
    const entries = Array.from({ length: 100 }, (_, n) =>
      alertEntry({ itemId: `i${n}`, storyId: `s${n}`, title: `Headline ${n}` }),
    );
    const killed = started({ answer: ({ text }) => (text.includes('(2 of ') ? 'hang' : OK) });
    killed.publish('digest', { kind: 'digest', entries });
    await pass(3 * SECOND_MS);
    expect(killed.deliveries()[0]?.parts?.accepted).toBe(1);
    const next = started();
    await pass(MINUTE_MS);
    expect(next.states()).toEqual(['slack sent Slack answered 200 (ok)']);
    expect(next.tries[0]?.text).toContain('(2 of ');
    const sent = [...killed.tries, ...next.tries].map(({ text }) => text).join();
    for (let n = 0; n < 100; n++) expect(sent).toMatch(new RegExp(`Headline ${n}\\b`));
  });

  it('after more than a day, old messages are given up', async () => {
    const killed = started({ answer: () => DOWN });
    killed.publish('a');
    await pass(SECOND_MS);
    vi.setSystemTime(Date.now() + 26 * HOUR_MS);
    const next = started();
    await pass(SECOND_MS);
    expect(next.tries).toEqual([]);
    expect(next.states().join()).toMatch(/^slack failed not accepted within/);
  });

  it('a message to an address that is no longer in the file fails, and says so', async () => {
    const one = started({ answer: () => DOWN });
    one.publish('a');
    await pass(SECOND_MS);
    one.recipients = [];
    await pass(MINUTE_MS);
    expect(one.states().join()).toContain('the file no longer has this address under recipients');
  });
});

it('a stop sends what is due within seconds, but does not wait for a service with a problem', async () => {
  const one = started({
    recipients: [SLACK, NTFY],
    answer: ({ service }) => (service === 'ntfy' ? DOWN : OK),
  });
  for (const id of ['a', 'b', 'c']) one.publish(id);
  await pass(100);
  const before = Date.now();
  const closed = one.chats.close().then(() => Date.now() - before);
  await pass(11 * SECOND_MS);
  expect(await closed).toBeLessThan(4 * SECOND_MS);
  expect(one.states().filter((state) => state.startsWith('slack sent'))).toHaveLength(3);
  expect(one.states().filter((state) => state.startsWith('ntfy waiting'))).toHaveLength(3);
});

it('a stop waits for the current try, and leaves the rest for the next start', async () => {
  const one = started({ answer: () => 'hang' });
  one.publish('a');
  one.publish('b');
  await pass(SECOND_MS);
  const closed = one.chats.close();
  await pass(11 * SECOND_MS);
  await closed;
  expect(one.states()).toEqual(['slack waiting', 'slack waiting']);
  expect(one.printed).toEqual([]);
});
