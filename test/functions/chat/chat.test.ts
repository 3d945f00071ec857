import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chat } from '../../../functions/chat/chat.ts';
import type { ChatDeps } from '../../../functions/chat/deps.ts';
import type { sendChatMessage } from '../../../functions/chat/send.ts';
import type { Sending } from '../../../functions/chat/service.ts';
import { renderAlert } from '../../../functions/notify/render/render-alert.ts';
import type { SendOutcome } from '../../../functions/shared/delivery/outcome.ts';
import type { Alert, ChatRecipient } from '../../../functions/shared/model.ts';
import { queues } from '../../../functions/shared/pipeline.ts';
import { environmentSecrets } from '../../../functions/shared/secrets.ts';
import { chatThreads } from '../../../functions/shared/store/chat-threads.ts';
import {
  RECIPIENT_LEASE_MS,
  type RecipientClaims,
  recipientClaims,
} from '../../../functions/shared/store/recipient-claims.ts';
import { recipientProblems } from '../../../functions/shared/store/recipient-problems.ts';
import type { Table } from '../../../functions/shared/store/table.ts';
import { canariesIn } from '../../helpers/canary.ts';
import { memoryTable } from '../../helpers/memory-table.ts';
import { alertEntry, alertOf } from '../../helpers/sample-alerts.ts';
import { MemoryQueue, type QueuedMessage } from '../../simulation/aws/sqs.ts';
import { TOKEN } from './sample-addresses.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const SLACK_URL = 'https://hooks.slack.com/services/T0/B0/sLk3kEy7sLk3kEy7';

const SLACK: ChatRecipient = {
  service: 'slack',
  url: `\${SLACK}`,
  name: `\${SLACK}`,
  topicIds: ['summit'],
};
const NTFY: ChatRecipient = {
  service: 'ntfy',
  url: `https://ntfy.sh/\${TOPIC}`,
  name: 'ntfy.sh/…bbbbbbbb',
  topicIds: ['summit', 'storm'],
};
const TELEGRAM: ChatRecipient = {
  service: 'telegram',
  url: 'https://api.telegram.org/',
  token: `\${BOT}`,
  chat: '-1001',
  name: `chat -1001 (bot \${BOT})`,
  topicIds: ['summit'],
};
const SECRETS = { SLACK: SLACK_URL, TOPIC: 'nTf3kEy7nTf3kEy7', BOT: TOKEN };

const OK: SendOutcome = { kind: 'sent', answer: 'Slack answered 200 (ok)' };
const DOWN: SendOutcome = { kind: 'retry', detail: 'Slack answered 503 (down)', mayBeSent: true };
const GONE: SendOutcome = { kind: 'refused', detail: 'Slack answered 404 (no_service): create a new one' };
const busy = (pauseMs: number): SendOutcome => ({ kind: 'retry', detail: 'Slack answered 429', pauseMs });

interface Try {
  readonly to: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly id: string;
  /** ms since the start. */
  readonly at: number;
  readonly thread: string | undefined;
}

/** The chat function with its queues and its table. Time passes only in `pass`. */
class ChatFixture {
  readonly tries: Try[] = [];
  readonly logged: string[] = [];
  readonly clock = Date.now;
  readonly start = Date.now();
  readonly dead: MemoryQueue;
  readonly queue: MemoryQueue;
  receives = 0;
  answer: (one: Try) => SendOutcome | Promise<SendOutcome> = () => OK;
  recipients: readonly ChatRecipient[] = [SLACK, NTFY];
  secrets: Record<string, string> = { ...SECRETS };
  table: Table = memoryTable();
  remainingMs = () => 60_000;
  canPostpone = true;

  constructor() {
    const { clock } = this;
    this.dead = new MemoryQueue({ fifo: false, visibilityTimeout: HOUR_MS, clock });
    this.queue = new MemoryQueue({
      fifo: false,
      visibilityTimeout: queues.chat.visibilityTimeout * SECOND_MS,
      maxReceiveCount: queues.chat.maxReceiveCount,
      deadLetters: this.dead,
      clock,
    });
  }

  /** Puts an alert into the queue, as SNS does. */
  publish(id: string, alert: Partial<Alert> = {}): void {
    const entries = [alertEntry({ itemId: id, storyId: id, title: `Headline ${id}` })];
    this.enqueue(renderAlert(alertOf({ id, entries, ...alert })).json);
  }

  enqueue(MessageBody: string): void {
    this.queue.send([{ Id: '0', MessageBody }]);
  }

  get deps(): ChatDeps {
    const log = (event: string, fields: object) => this.logged.push(`${event} ${JSON.stringify(fields)}`);
    return {
      clock: this.clock,
      log: { debug: log, info: log, warn: log, error: log } as ChatDeps['log'],
      recipients: this.recipients,
      secrets: environmentSecrets(this.secrets),
      zoneOf: () => 'UTC',
      claims: this.claims(),
      problems: recipientProblems(this.table, 'chat'),
      threads: chatThreads(this.table),
      queue: {
        postpone: async (receipt, ms) => {
          if (!this.canPostpone) throw new Error('SQS is down');
          // SQS takes whole seconds.
          this.queue.changeVisibility(receipt, Math.ceil(ms / SECOND_MS) * SECOND_MS);
        },
        bury: async (MessageBody) => void this.dead.send([{ Id: '0', MessageBody }]),
      },
      send: this.#send as typeof sendChatMessage,
      remainingMs: () => this.remainingMs(),
    };
  }

  claims(): RecipientClaims {
    return recipientClaims(this.table, 'chat', `worker ${this.receives}`);
  }

  #send = async (body: string, { address, id, thread }: Sending): Promise<SendOutcome> => {
    const title = /Headline \w+/.exec(body)?.[0] ?? '';
    const to = address.service;
    const one = { to, url: address.url, title, body, id, at: Date.now() - this.start, thread };
    this.tries.push(one);
    return this.answer(one);
  };

  /** Processes visible messages, as Lambda does. */
  async invoke(): Promise<void> {
    const messages = this.queue.receive(10);
    this.receives++;
    const left = await settled(
      chat(
        this.deps,
        messages.map((one) => ({ ...one, receipt: receiptOf(one) })),
      ),
    );
    for (const message of messages) if (!left.includes(message.id)) this.queue.delete(receiptOf(message));
  }

  /** Lets time pass, and processes every message that becomes visible. */
  async pass(ms: number): Promise<void> {
    const end = Date.now() + ms;
    for (;;) {
      const next = this.queue.nextVisibleAt();
      if (next === undefined || next > end) break;
      vi.setSystemTime(Math.max(next, Date.now()));
      await this.invoke();
    }
    vi.setSystemTime(Math.max(end, Date.now()));
  }

  /** Returns the problem of the recipient at a service. */
  async problem(service: string) {
    const problems = await recipientProblems(this.table, 'chat').all();
    return [...problems].find(([key]) => key.startsWith(service))?.[1];
  }

  redrive(): void {
    this.dead.redrive(this.queue, () => true);
  }

  /** Returns the tries as "slack Headline a". */
  get sent(): string[] {
    return this.tries.map(({ to, title }) => `${to} ${title}`);
  }
}

const receiptOf = ({ receipt = '' }: QueuedMessage) => receipt;

/** Waits for work, for which timers pass at once. */
async function settled<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    for (let n = 0; n < 20 && !isDone; n++) await new Promise<void>((resolve) => setImmediate(resolve));
    if (!isDone && vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
  }
  return work;
}

let fixture: ChatFixture;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
    now: Date.parse('2031-10-14T09:00:00Z'),
  });
  fixture = new ChatFixture();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an alert', () => {
  it('is sent to each recipient of its topic, with the address from the secrets', async () => {
    fixture.publish('a');
    fixture.publish('b', { topicId: 'storm' });
    fixture.publish('c', { topicId: 'other' });
    await fixture.pass(MINUTE_MS);
    expect(fixture.sent.toSorted()).toEqual(['ntfy Headline a', 'ntfy Headline b', 'slack Headline a']);
    expect(new Set(fixture.tries.map(({ url }) => url))).toEqual(
      new Set([SLACK_URL, `https://ntfy.sh/${SECRETS.TOPIC}`]),
    );
    expect(fixture.queue.messages).toEqual([]);
    expect(fixture.logged.filter((line) => line.startsWith('chat-sent'))).toHaveLength(3);
  });

  it('is sent once, though SNS or SQS delivers it twice', async () => {
    fixture.publish('a');
    fixture.publish('a');
    await fixture.pass(HOUR_MS);
    fixture.publish('a');
    await fixture.pass(HOUR_MS);
    expect(fixture.sent.toSorted()).toEqual(['ntfy Headline a', 'slack Headline a']);
    expect(fixture.queue.messages).toEqual([]);
  });

  it('is sent once, though two invocations have it at the same time', async () => {
    fixture.publish('a');
    fixture.publish('a');
    const release = Promise.withResolvers<void>();
    fixture.answer = () => release.promise.then(() => OK);
    const both = [fixture.queue.receive(1), fixture.queue.receive(1)];
    for (const [one] of both) if (one) fixture.queue.changeVisibility(receiptOf(one), 0);
    const first = fixture.invoke();
    const second = fixture.invoke();
    release.resolve();
    await Promise.all([first, second]);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.sent.toSorted()).toEqual(['ntfy Headline a', 'slack Headline a']);
    expect(fixture.queue.messages).toEqual([]);
  });

  it('is sent in order, one a second for each recipient', async () => {
    fixture.recipients = [SLACK];
    for (const id of ['a', 'b', 'c']) {
      fixture.publish(id);
      vi.setSystemTime(Date.now() + 1);
    }
    await fixture.pass(MINUTE_MS);
    expect(fixture.sent).toEqual(['slack Headline a', 'slack Headline b', 'slack Headline c']);
    const [a = 0, b = 0, c = 0] = fixture.tries.map(({ at }) => at);
    expect([b - a, c - b]).toEqual([SECOND_MS, SECOND_MS]);
  });

  it('that is no alert becomes a dead letter at once', async () => {
    for (const body of ['no JSON', '"text"', '{"version":2,"id":"x","entries":[]}', '{"version":1}', 'null'])
      fixture.enqueue(body);
    await fixture.pass(MINUTE_MS);
    expect(fixture.dead.messages).toHaveLength(5);
    expect(fixture.queue.messages).toEqual([]);
    expect(fixture.tries).toEqual([]);
  });

  it('of several messages continues after those that were accepted', async () => {
    const many = Array.from({ length: 60 }, (_, n) =>
      alertEntry({ itemId: `i${n}`, storyId: `s${n}`, title: `Headline ${n}`, summary: 'x'.repeat(170) }),
    );
    fixture.recipients = [NTFY];
    fixture.publish('digest', { kind: 'digest', entries: many });
    fixture.answer = () => (fixture.tries.length === 3 ? DOWN : OK);
    await fixture.pass(0);
    expect(fixture.tries).toHaveLength(3);
    await fixture.pass(HOUR_MS);
    const titles = fixture.tries.map(({ body }) => JSON.parse(body).title as string);
    expect(titles[2]).toBe(titles[3]);
    expect(new Set(titles).size).toBe(titles.length - 1);
    expect(titles.at(-1)).toMatch(/\((\d+) of \1\)$/);
  });

  it('goes into the thread of its story, if the service has threads', async () => {
    fixture.recipients = [TELEGRAM, NTFY];
    fixture.answer = ({ to, thread }) => (to === 'telegram' ? { ...OK, thread: thread ?? '12' } : OK);
    fixture.publish('a');
    await fixture.pass(MINUTE_MS);
    const more = { kind: 'follow-up', entries: [alertEntry({ storyId: 'a', title: 'Headline b' })] } as const;
    fixture.publish('b', more);
    fixture.publish('c', { kind: 'digest', entries: [alertEntry({ storyId: 'a', title: 'Headline c' })] });
    await fixture.pass(MINUTE_MS);
    const threads = fixture.tries.map(({ to, title, thread }) => `${to} ${title} ${thread}`);
    expect(threads.toSorted()).toEqual([
      'ntfy Headline a undefined',
      'ntfy Headline b undefined',
      'ntfy Headline c undefined',
      'telegram Headline a undefined',
      'telegram Headline b 12',
      'telegram Headline c undefined',
    ]);
  });
});

describe('a service that does not accept messages', () => {
  it('is tried again as late as Retry-After says, and delays nobody else', async () => {
    fixture.answer = ({ to }) => (to === 'slack' && fixture.tries.length < 3 ? busy(90 * SECOND_MS) : OK);
    fixture.publish('a');
    await fixture.pass(10 * SECOND_MS);
    expect(fixture.sent.toSorted()).toEqual(['ntfy Headline a', 'slack Headline a']);
    // Another alert does not disturb the service either.
    fixture.publish('b');
    await fixture.pass(10 * SECOND_MS);
    expect(fixture.sent.slice(2)).toEqual(['ntfy Headline b']);
    await fixture.pass(5 * MINUTE_MS);
    expect(fixture.sent.slice(3).toSorted()).toEqual(['slack Headline a', 'slack Headline b']);
    const [again] = fixture.tries.slice(3);
    expect(again?.at).toBeGreaterThanOrEqual(90 * SECOND_MS);
    expect(again?.at).toBeLessThan(105 * SECOND_MS);
    expect(await fixture.problem('slack')).toBeUndefined();
  });

  it('is tried for a day at growing pauses; then the alert is a dead letter', async () => {
    fixture.answer = ({ to }) => (to === 'slack' ? DOWN : OK);
    fixture.publish('a');
    await fixture.pass(23.5 * HOUR_MS);
    expect(fixture.dead.messages).toEqual([]);
    expect(await fixture.problem('slack')).toMatchObject({ detail: 'Slack answered 503 (down)' });
    await fixture.pass(HOUR_MS);
    const times = fixture.tries.filter(({ to }) => to === 'slack').map(({ at }) => at);
    expect(times.length).toBeGreaterThan(40);
    expect(times.length).toBeLessThan(80);
    expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeGreaterThan(20 * MINUTE_MS);
    expect(fixture.dead.messages.map(({ body }) => (JSON.parse(body) as Alert).id)).toEqual(['a']);
    expect(fixture.queue.messages).toEqual([]);
    expect(fixture.sent.filter((one) => one.startsWith('ntfy'))).toHaveLength(1);
    expect(fixture.logged.join('\n')).toMatch(
      /chat-failed .*not accepted within a day \(tried \d+ times\): Slack answered 503 \(down\)/,
    );
    expect(await fixture.problem('slack')).toMatchObject({ failedAt: expect.any(Number) });
  });

  it('is received seldom enough for the queue, however many recipients wait', async () => {
    fixture.recipients = Array.from({ length: 40 }, (_, n) => ({ ...NTFY, name: `ntfy.sh/…${n}` }));
    let seed = 1;
    fixture.answer = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return { ...DOWN, pauseMs: (seed % 1_800) * SECOND_MS };
    };
    fixture.publish('a');
    await fixture.pass(25 * HOUR_MS);
    expect(fixture.receives).toBeGreaterThan(200);
    expect(fixture.receives).toBeLessThan(450);
    expect(fixture.dead.messages).toHaveLength(1);
  });

  it('may have the alert already: after a lost answer or a kill it is sent again, and once', async () => {
    fixture.recipients = [SLACK];
    fixture.publish('a');
    const { tries } = fixture;
    // The function dies with its request.
    fixture.answer = () => new Promise(() => undefined);
    const [message] = fixture.queue.receive(1);
    void chat(fixture.deps, [{ ...(message as QueuedMessage), receipt: '' }]);
    while (tries.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    fixture.answer = () => OK;
    if (message) fixture.queue.changeVisibility(receiptOf(message), 1);
    await fixture.pass(RECIPIENT_LEASE_MS - SECOND_MS);
    expect(tries).toHaveLength(1);
    await fixture.pass(10 * MINUTE_MS);
    expect(tries).toHaveLength(2);
    expect(tries[0]?.id).toBe(tries[1]?.id);
    expect(fixture.queue.messages).toEqual([]);
  });
});

describe('a recipient who is refused', () => {
  it('makes a dead letter at once, and later alerts are still tried', async () => {
    fixture.answer = ({ to, title }) => (to === 'slack' && title.endsWith('a') ? GONE : OK);
    fixture.publish('a');
    await fixture.pass(0);
    expect(fixture.dead.messages).toHaveLength(1);
    expect(await fixture.problem('slack')).toMatchObject({
      detail: expect.stringContaining('create a new one'),
      failedAt: expect.any(Number),
    });
    await fixture.pass(HOUR_MS);
    fixture.publish('b');
    await fixture.pass(HOUR_MS);
    expect(fixture.sent).toEqual([
      'slack Headline a',
      'ntfy Headline a',
      'slack Headline b',
      'ntfy Headline b',
    ]);
    expect(await fixture.problem('slack')).toBeUndefined();
  });

  it('gets what is missing after a redrive, and nobody else gets it again', async () => {
    fixture.answer = ({ to }) => (to === 'slack' ? GONE : OK);
    fixture.publish('a');
    await fixture.pass(HOUR_MS);
    fixture.answer = () => OK;
    fixture.redrive();
    await fixture.pass(HOUR_MS);
    expect(fixture.sent).toEqual(['slack Headline a', 'ntfy Headline a', 'slack Headline a']);
    expect(fixture.dead.messages).toEqual([]);
  });

  it('is not tried again while the alert waits for somebody else', async () => {
    fixture.answer = ({ to }) => (to === 'slack' ? GONE : DOWN);
    fixture.publish('a');
    await fixture.pass(10 * HOUR_MS);
    expect(fixture.sent.filter((one) => one.startsWith('slack'))).toHaveLength(1);
    expect(fixture.dead.messages).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('that are missing make alerts wait, and the reason says what to set', async () => {
    delete fixture.secrets.SLACK;
    fixture.publish('a');
    await fixture.pass(MINUTE_MS);
    expect(fixture.sent).toEqual(['ntfy Headline a']);
    expect((await fixture.problem('slack'))?.detail).toContain('SLACK to be set');
    fixture.secrets = { ...SECRETS, SLACK: `${SLACK_URL}\n` };
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.sent).toEqual(['ntfy Headline a', 'slack Headline a']);
    expect(fixture.tries[1]?.url).toBe(SLACK_URL);
  });

  it.each([
    ['https://discord.com/api/webhooks/1/sLk3kEy7sLk3kEy7', 'got an address of Discord'],
    ['http://127.0.0.1/services/T0/B0/sLk3kEy7sLk3kEy7', 'use https'],
    ['https://192.168.1.2/services/T0/B0/sLk3kEy7sLk3kEy7', 'in a private network'],
    ['sLk3kEy7sLk3kEy7', 'a text that is no web address'],
  ])('with a wrong value are refused: %s', async (value, expected) => {
    fixture.recipients = [SLACK];
    fixture.secrets.SLACK = value;
    fixture.publish('a');
    await fixture.pass(MINUTE_MS);
    expect(fixture.tries).toEqual([]);
    const { detail = '' } = (await fixture.problem('slack')) ?? {};
    expect(detail).toContain(expected);
    expect(detail).toMatch(/; correct SLACK$/);
    expect(canariesIn(detail, { key: 'sLk3kEy7sLk3kEy7' })).toEqual([]);
    expect(fixture.dead.messages).toHaveLength(1);
  });

  it('are in no record, log or dead letter', async () => {
    fixture.recipients = [SLACK, NTFY, TELEGRAM];
    fixture.answer = ({ to }) => (to === 'slack' ? GONE : to === 'ntfy' ? busy(10) : OK);
    const table = memoryTable();
    fixture.table = table;
    fixture.publish('a');
    await fixture.pass(25 * HOUR_MS);
    const canaries = { slack: 'sLk3kEy7sLk3kEy7', ntfy: SECRETS.TOPIC, bot: TOKEN };
    const stored = JSON.stringify([...table.records.values()]);
    expect(stored).toContain(`slack \${SLACK}`);
    for (const text of [stored, fixture.logged.join('\n'), JSON.stringify(fixture.dead.messages)])
      expect(canariesIn(text, canaries)).toEqual([]);
  });
});

describe('an invocation', () => {
  it('that ends soon sends nothing more, and leaves the rest to the next one', async () => {
    fixture.recipients = [SLACK];
    fixture.publish('a');
    fixture.remainingMs = () => 30_000;
    await fixture.pass(0);
    expect(fixture.tries).toEqual([]);
    fixture.remainingMs = () => 60_000;
    await fixture.pass(10 * SECOND_MS);
    expect(fixture.sent).toEqual(['slack Headline a']);
  });

  it('survives a failure of the table for one alert, which comes back', async () => {
    const table = memoryTable();
    let isDown = true;
    fixture.table = {
      ...table,
      put: (record, condition) => {
        if (isDown && record.sk.startsWith('slack')) return Promise.reject(new Error('throttled'));
        return table.put(record, condition);
      },
    };
    fixture.publish('a');
    await fixture.pass(0);
    expect(fixture.sent).toEqual(['ntfy Headline a']);
    isDown = false;
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.sent).toEqual(['ntfy Headline a', 'slack Headline a']);
  });

  it('survives a failure of the table during an attempt, which concerns one recipient alone', async () => {
    const table = memoryTable();
    let isDown = true;
    fixture.table = {
      ...table,
      get: (key) =>
        isDown && key.pk.startsWith('CHAT#STORY#') ? Promise.reject(new Error('throttled')) : table.get(key),
    };
    fixture.recipients = [TELEGRAM, NTFY];
    fixture.publish('a');
    await fixture.pass(0);
    expect(fixture.sent).toEqual(['ntfy Headline a']);
    isDown = false;
    await fixture.pass(5 * MINUTE_MS);
    expect(fixture.sent).toEqual(['ntfy Headline a', 'telegram Headline a']);
  });

  it('that cannot postpone a message gets it back later', async () => {
    fixture.recipients = [SLACK];
    fixture.canPostpone = false;
    fixture.answer = () => (fixture.tries.length === 1 ? DOWN : OK);
    fixture.publish('a');
    await fixture.pass(HOUR_MS);
    expect(fixture.tries.map(({ at }) => at)).toEqual([0, queues.chat.visibilityTimeout * SECOND_MS]);
  });
});
