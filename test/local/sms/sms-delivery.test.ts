import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutbox, type Outbox } from '../../../local/outbox/outbox.ts';
import type { OutboxDelivery } from '../../../local/outbox/outbox-entry.ts';
import { createSmsDelivery, type SmsDelivery } from '../../../local/sms/sms-delivery.ts';
import type { SmsFault } from '../../../local/sms/sms-fault.ts';
import type { Sms, SmsOutcome, SmsSender } from '../../../local/sms/sms-sender.ts';
import { createSmsSpend, readSmsSpend, smsSpendFile } from '../../../local/sms/sms-spend.ts';
import { alertEntry, alertOf, publishedMessage } from '../../helpers/sample-alerts.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const ANN = '+4915112345678';
const BOB = '+4915187654321';

let folder: string;
let stops: (() => Promise<void>)[];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2031-10-14T09:00:00.000Z') });
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-sms-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

type Answer = 'ok' | 'hang' | SmsFault;
const THROTTLED: SmsFault = { kind: 'retry', detail: 'SNS in eu-west-1 accepts no more messages for now' };
const NO_ANSWER: SmsFault = { kind: 'unknown', detail: 'SNS in eu-west-1 gave no answer' };
const OPTED_OUT: SmsFault = { kind: 'refused', detail: 'SNS in eu-west-1 refused the SMS; opted out' };

/** SNS with preset answers. */
class TestSender implements SmsSender {
  readonly region = 'eu-west-1';
  readonly tries: (Sms & { readonly at: number })[] = [];
  answer: (sms: Sms) => Answer = () => 'ok';
  credentials: SmsFault | undefined;
  /** Called before each answer, when the attempt is on disk. */
  onSend: () => void = () => undefined;
  #cutOff: (() => void) | undefined;

  verify = async () => this.credentials;
  async send(sms: Sms): Promise<SmsOutcome> {
    this.tries.push({ ...sms, at: Date.now() });
    this.onSend();
    const answer = this.answer(sms);
    if (answer === 'hang') {
      await new Promise<void>((resolve) => {
        this.#cutOff = resolve;
      });
      return NO_ANSWER;
    }
    return answer === 'ok' ? { kind: 'sent', messageId: `m${this.tries.length}` } : answer;
  }
  close(): void {
    this.#cutOff?.();
  }
}

interface Running {
  readonly outbox: Outbox;
  readonly texts: SmsDelivery;
  readonly sender: TestSender;
  readonly printed: string[];
  publish(id: string, to?: readonly string[], alertId?: string): void;
  states(): string[];
  deliveries(): OutboxDelivery[];
}

/** Starts a queue on the test's folder. Without `stop` it is left as kill -9 would. */
async function started({
  sender = new TestSender(),
  on = true,
  monthlyUsd = 100,
}: {
  readonly sender?: TestSender;
  readonly on?: boolean;
  readonly monthlyUsd?: number;
} = {}): Promise<Running> {
  const outbox = createOutbox({ file: join(folder, 'outbox.jsonl') });
  const printed: string[] = [];
  const texts = createSmsDelivery({
    outbox,
    account: on
      ? {
          sender,
          settings: { monthlyUsd, partUsd: 0.1 },
          spend: createSmsSpend(smsSpendFile(folder), monthlyUsd),
        }
      : undefined,
    say: (text, isProblem) => printed.push(`${isProblem ? 'PROBLEM ' : ''}${text}`),
  });
  stops.push(() => {
    sender.close();
    return texts.close();
  });
  await texts.start();
  const deliveries = () =>
    outbox
      .recent()
      .toReversed()
      .flatMap((entry) => entry.deliveries);
  return {
    outbox,
    texts,
    sender,
    printed,
    deliveries,
    publish(id, to = [ANN], alertId = `alert-${id}`) {
      const entries = [alertEntry({ itemId: alertId, storyId: alertId, title: alertId })];
      const publish = publishedMessage(id, alertOf({ id: alertId, entries }), {
        at: new Date().toISOString(),
      });
      const shown = to.map((endpoint) => ({ protocol: 'sms', endpoint, how: 'shown' }) as const);
      outbox.recordPublish(publish, shown.map(texts.plan));
      texts.wake();
    },
    states: () => deliveries().map(({ how, detail }) => `${how} ${detail ?? ''}`.trim()),
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const spent = () => readSmsSpend(smsSpendFile(folder), Date.now());

describe('an SMS', () => {
  it('is sent once, with its text and the most that it may cost', async () => {
    const { sender, publish, states, printed } = await started();
    publish('a');
    await pass(MINUTE_MS);
    expect(sender.tries).toMatchObject([
      { number: ANN, text: expect.stringContaining('alert-a'), maxUsd: 0.1 },
    ]);
    expect(states()).toEqual(['sent SNS message m1']);
    expect(printed).toEqual([
      'SMS are sent through AWS in eu-west-1; $0.00 of $100.00 counted for 2031-10',
      'sent to +491…78: SNS message m1',
    ]);
    expect(spent()).toBe(0.1);
  });

  it('is only shown to example numbers and without the setting, and a later start does not send it', async () => {
    const off = await started({ on: false });
    off.publish('a');
    expect(off.states()).toEqual(['shown']);
    const on = await started();
    on.publish('b', ['+15550100', '+12025550123']);
    await pass(MINUTE_MS);
    expect(on.states()).toEqual(['shown', 'shown', 'shown']);
    expect(on.sender.tries).toEqual([]);
  });

  it('is counted and recorded before SNS is called', async () => {
    const { sender, publish } = await started();
    const seen: unknown[] = [];
    sender.onSend = () => {
      const [entry] = createOutbox({ file: join(folder, 'outbox.jsonl') }).recent();
      seen.push(spent(), entry?.deliveries[0]?.how);
    };
    publish('a');
    await pass(SECOND_MS);
    expect(seen).toEqual([0.1, 'unknown']);
  });

  it('is not sent while the attempt cannot be recorded, and then once', async () => {
    const { sender, publish, printed, states } = await started();
    mkdirSync(`${smsSpendFile(folder)}.tmp`);
    publish('a');
    await pass(MINUTE_MS);
    expect(sender.tries).toEqual([]);
    expect(printed.at(-1)).toMatch(
      /^PROBLEM SMS cannot be sent: .*sms-spend\.json: expected a file to write/,
    );
    rmSync(`${smsSpendFile(folder)}.tmp`, { recursive: true });
    await pass(5 * MINUTE_MS);
    expect(states()).toEqual(['sent SNS message m1']);
  });

  it('is not repeated if its alert is published twice', async () => {
    const { sender, publish, states } = await started();
    publish('a', [ANN], 'alert');
    await pass(SECOND_MS);
    publish('b', [ANN], 'alert');
    await pass(SECOND_MS);
    expect(sender.tries).toHaveLength(1);
    expect(states()).toEqual(['sent SNS message m1', 'sent SNS message m1']);
  });
});

describe('in doubt', () => {
  it('an SMS without an answer is not repeated, and the next one waits', async () => {
    const { sender, publish, states, printed, texts } = await started();
    sender.answer = () => (sender.tries.length === 1 ? NO_ANSWER : 'ok');
    publish('a');
    await pass(SECOND_MS);
    publish('b');
    await pass(SECOND_MS);
    expect(sender.tries).toHaveLength(1);
    expect(states()[1]).toBe('waiting SNS in eu-west-1 gave no answer');
    await pass(MINUTE_MS);
    expect(states()).toEqual([
      'unknown SNS in eu-west-1 gave no answer; not repeated',
      'sent SNS message m2',
    ]);
    expect(printed).toContain(
      'PROBLEM +491…78: the SMS may have been sent, and is not repeated: SNS in eu-west-1 gave no answer',
    );
    expect(spent()).toBe(0.2);
    expect(texts.failed()).toBe(1);
  });

  it('a kill during the call leaves an SMS that may have been sent; a restart does not repeat it', async () => {
    const killed = await started();
    killed.sender.answer = () => 'hang';
    killed.publish('a');
    await pass(SECOND_MS);
    expect(killed.sender.tries).toHaveLength(1);
    const after = await started();
    await pass(10 * MINUTE_MS);
    expect(after.sender.tries).toEqual([]);
    expect(after.states()).toEqual([expect.stringMatching(/^unknown .*not repeated$/)]);
    expect(spent()).toBe(0.1);
  });

  it('a close waits some seconds for the answer', async () => {
    const { sender, publish, states, texts } = await started();
    sender.answer = () => 'hang';
    publish('a');
    await pass(SECOND_MS);
    const closed = texts.close();
    await pass(10 * SECOND_MS);
    await closed;
    expect(states()).toEqual([expect.stringMatching(/^unknown /)]);
  });
});

describe('while nothing is accepted', () => {
  it('SMS wait, in order, with growing pauses, and cost nothing', async () => {
    const { sender, publish, states, printed, texts } = await started();
    sender.answer = () => (sender.tries.length < 4 ? THROTTLED : 'ok');
    publish('a');
    publish('b', [BOB]);
    await pass(SECOND_MS);
    expect(states()).toEqual([`waiting ${THROTTLED.detail}`, `waiting ${THROTTLED.detail}`]);
    expect(texts.outage()).toMatchObject({ detail: THROTTLED.detail });
    expect(spent()).toBe(0);
    await pass(5 * MINUTE_MS);
    expect(states()).toEqual(['sent SNS message m4', 'sent SNS message m5']);
    expect(sender.tries.map(({ number }) => number)).toEqual([ANN, ANN, ANN, ANN, BOB]);
    const [first = 0, second = 0, third = 0] = sender.tries.map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(4 * SECOND_MS);
    expect(third - second).toBeGreaterThanOrEqual(4 * SECOND_MS);
    expect(printed.filter((text) => text.includes('cannot be sent'))).toHaveLength(1);
    expect(printed).toContain('SMS can be sent again');
    expect(spent()).toBe(0.2);
    expect(texts.outage()).toBeUndefined();
  });

  it('an SMS is given up after an hour, and later ones are not', async () => {
    const { sender, publish, states, printed } = await started();
    sender.answer = () => THROTTLED;
    publish('a');
    await pass(50 * MINUTE_MS);
    publish('b');
    await pass(15 * MINUTE_MS);
    sender.answer = () => 'ok';
    await pass(5 * MINUTE_MS);
    expect(states()).toEqual([
      `failed not sent within 1 h: ${THROTTLED.detail}`,
      expect.stringMatching(/^sent /),
    ]);
    expect(printed).toContain(`PROBLEM +491…78: not sent: not sent within 1 h: ${THROTTLED.detail}`);
  });

  it('a restart continues, and gives up what is older than an hour', async () => {
    const before = await started();
    before.sender.answer = () => THROTTLED;
    before.publish('old');
    await pass(40 * MINUTE_MS);
    before.publish('new');
    await before.texts.close();
    await pass(30 * MINUTE_MS);
    const after = await started();
    await pass(MINUTE_MS);
    expect(after.states()).toEqual([
      expect.stringMatching(/^failed not sent within 1 h/),
      'sent SNS message m1',
    ]);
  });

  it('without credentials nothing is tried until the next try, and they may come back', async () => {
    const sender = new TestSender();
    sender.credentials = { kind: 'retry', detail: 'there are no valid AWS credentials' };
    const { publish, states, printed } = await started({ sender });
    publish('a');
    expect(printed).toEqual([
      expect.stringMatching(
        /^PROBLEM SMS cannot be sent: there are no valid AWS credentials\. 0 SMS are waiting/,
      ),
    ]);
    expect(states()).toEqual(['waiting there are no valid AWS credentials']);
    await pass(MINUTE_MS);
    expect(states()).toEqual(['sent SNS message m1']);
  });

  it('SMS of an earlier run are reported when the setting is gone, and stay', async () => {
    const before = await started();
    before.sender.answer = () => THROTTLED;
    before.publish('a');
    await pass(SECOND_MS);
    const off = await started({ on: false });
    expect(off.printed).toEqual([
      expect.stringMatching(/^PROBLEM 1 SMS from an earlier run is not sent: set NEWS_ALERTS_SMS=aws again/),
    ]);
    expect(off.outbox.waiting('sms')).toHaveLength(1);
    before.sender.close();
    await before.texts.close();
    await pass(2 * 60 * MINUTE_MS);
    const later = await started({ on: false });
    expect(later.states()).toEqual(['failed NEWS_ALERTS_SMS is no longer set']);
    expect(later.printed).toEqual([]);
  });
});

describe('a refusal', () => {
  it('fails with its reason, costs nothing, and does not stop other SMS', async () => {
    const { sender, publish, states, printed, texts } = await started();
    sender.answer = ({ number }) => (number === ANN ? OPTED_OUT : 'ok');
    publish('a', [ANN, BOB]);
    await pass(SECOND_MS);
    expect(states().toSorted()).toEqual([`failed ${OPTED_OUT.detail}`, 'sent SNS message m2']);
    expect(printed).toContain(`PROBLEM +491…78: not sent: ${OPTED_OUT.detail}`);
    expect(spent()).toBe(0.1);
    expect(texts.failed()).toBe(1);
  });
});

describe('the monthly limit', () => {
  const LIMIT = 'failed the monthly limit of $0.25 is reached (NEWS_ALERTS_SMS_MONTHLY_USD)';

  it('ends SMS until the next month in UTC, and is told once', async () => {
    const { sender, publish, states, printed, texts } = await started({ monthlyUsd: 0.25 });
    for (const id of ['a', 'b', 'c', 'd']) publish(id);
    await pass(MINUTE_MS);
    expect(states()).toEqual(['sent SNS message m1', 'sent SNS message m2', LIMIT, LIMIT]);
    expect(printed.filter((text) => text.includes('monthly limit'))).toEqual([
      'PROBLEM the monthly limit of $0.25 is reached: $0.20 are counted for 2031-10 (UTC), and an SMS that needs more is not sent. To send more, raise NEWS_ALERTS_SMS_MONTHLY_USD and restart',
    ]);
    expect(texts.failed()).toBe(2);
    vi.setSystemTime(Date.parse('2031-11-01T00:00:01.000Z'));
    publish('e');
    await pass(SECOND_MS);
    expect(states().at(-1)).toBe('sent SNS message m3');
    expect(sender.tries).toHaveLength(3);
  });

  it('counts what earlier runs sent, and what may have been sent', async () => {
    const before = await started({ monthlyUsd: 0.25 });
    before.sender.answer = () => NO_ANSWER;
    before.publish('a');
    await pass(SECOND_MS);
    before.sender.answer = () => 'ok';
    before.publish('b');
    await pass(MINUTE_MS);
    const after = await started({ monthlyUsd: 0.25 });
    after.publish('c');
    await pass(SECOND_MS);
    expect(after.states().at(-1)).toBe(LIMIT);
  });
});
