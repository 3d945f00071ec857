import { describe, expect, it } from 'vitest';
import { DEFAULT_SMS_FOLLOW_UPS } from '../../../../functions/shared/default-follow-ups.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import type { SmsPolicy } from '../../../../functions/shared/model.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { followUps, type HarnessTopic, LEASE, NotifyHarness } from '../notify-harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = { mode: 'now' } as const;
const TITLE = 'Kessel bridge opens after nine years';
const smsPolicy = (policy: Partial<SmsPolicy> = {}): SmsPolicy => ({
  deliver: NOW,
  minSources: 1,
  followUps: DEFAULT_SMS_FOLLOW_UPS,
  ...policy,
});
const two = smsPolicy({ minSources: 2 });
const split = (sms: SmsPolicy, topic: HarnessTopic = {}) =>
  new NotifyHarness(memoryTable(), { sms, ...topic });
/** Reports the story again, in another feed and from another site. */
const again = (harness: NotifyHarness, n = 2) =>
  harness.hit({ id: `item-${n}`, title: TITLE, feed: `Feed ${n}`, url: `https://site-${n}.example/a` });
const protocols = (harness: NotifyHarness) => harness.published.map(({ protocols }) => protocols.join(' '));

describe('SMS that need several sources', () => {
  it('sends email at once, the SMS with the second outlet, and neither again', async () => {
    const harness = split(two);
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-9', title: TITLE }));
    expect(protocols(harness)).toEqual(['email']);
    for (const n of [2, 3, 4]) await harness.receive(again(harness, n));
    expect(protocols(harness)).toEqual(['email', 'sms']);
    expect(new Set(harness.published.map(({ alert }) => alert.id)).size).toBe(2);
  });

  it('retries with the next item of the story', async () => {
    const harness = split(two);
    await harness.receive(harness.hit());
    harness.answers.push('throttled');
    await expect(harness.receive(again(harness, 2))).rejects.toBeInstanceOf(RetryLater);
    await harness.receive(again(harness, 3));
    await harness.receive(again(harness, 2));
    expect(protocols(harness)).toEqual(['email', 'sms']);
  });

  it('waits until the email has gone out: without an answer for it, sends neither', async () => {
    const harness = split(smsPolicy());
    harness.answers.push('lost');
    await expect(harness.receive(harness.hit())).rejects.toBeInstanceOf(RetryLater);
    harness.now += LEASE + 1;
    await harness.receive(harness.hit());
    await harness.receive(harness.hit());
    expect(protocols(harness)).toEqual(['email', 'email', 'sms']);
  });

  it('sends a follow-up to recipients who know the story', async () => {
    const harness = split({ ...two, followUps: followUps('all') }, { followUps: followUps('all') });
    await harness.receive(harness.hit());
    harness.now += MINUTE;
    await harness.receive(harness.hit({ title: `${TITLE} at last` }));
    expect(protocols(harness)).toEqual(['email', 'email']);
    await harness.receive(again(harness));
    harness.now += MINUTE;
    await harness.receive(harness.hit({ title: `${TITLE} at long last` }));
    expect(protocols(harness)).toEqual(['email', 'email', 'sms', 'email', 'sms']);
  });
});

describe('a policy for SMS alone', () => {
  it('has a digest of its own, beside that of email', async () => {
    const harness = split(smsPolicy({ deliver: { mode: 'hourly' } }), { deliver: { mode: 'hourly' } });
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    harness.now += HOUR;
    await harness.tick();
    await harness.tick();
    expect(protocols(harness).toSorted()).toEqual(['email', 'sms']);
    expect(harness.titles('sms').toSorted()).toEqual(harness.titles('email').toSorted());
    expect(await harness.dueDigests()).toEqual([]);
  });

  it('sends its digest even if the email digest fails', async () => {
    const harness = split(smsPolicy({ deliver: { mode: 'hourly' } }), { deliver: { mode: 'hourly' } });
    await harness.receive(harness.hit());
    harness.now += HOUR;
    harness.answers.push('refused', 'published');
    await harness.tick();
    expect(harness.published).toHaveLength(1);
    await harness.tick();
    expect(protocols(harness).toSorted()).toEqual(['email', 'sms']);
  });

  it('has caps of its own', async () => {
    const harness = split(smsPolicy({ atMost: { hour: 1, timeZone: 'UTC' } }));
    await harness.receive(harness.hit());
    await harness.receive(harness.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    expect(protocols(harness)).toEqual(['email', 'sms', 'email']);
    harness.now += HOUR;
    await harness.tick();
    expect(harness.titles('sms')).toEqual([[TITLE], ['Ferry strike goes on']]);
  });
});

describe('a change of the configuration', () => {
  const changed = (harness: NotifyHarness, sms: SmsPolicy | undefined) => {
    const { sms: _sms, ...topic } = harness.topic;
    const deps = harness.deps();
    return { ...deps, config: { ...deps.config, topics: [sms ? { ...topic, sms } : topic] } };
  };

  it('to two policies repeats no alert', async () => {
    const harness = new NotifyHarness(memoryTable());
    await harness.receive(harness.hit());
    for (const n of [2, 3]) await harness.receive(again(harness, n), changed(harness, two));
    expect(protocols(harness)).toEqual(['email sms']);
  });

  it('to two policies in the middle of an alert keeps the alert’s protocols', async () => {
    const harness = new NotifyHarness(memoryTable(), {}, { email: 'resend', sms: 'resend' });
    harness.answers.push('vanished');
    await expect(harness.receive(harness.hit())).rejects.toBeInstanceOf(RetryLater);
    harness.now += LEASE + 1;
    await harness.receive(harness.hit(), changed(harness, two));
    await harness.receive(again(harness), changed(harness, two));
    expect(protocols(harness)).toEqual(['email sms']);
  });

  it('to two policies keeps waiting alerts as they were added', async () => {
    const harness = new NotifyHarness(memoryTable(), { deliver: { mode: 'hourly' } });
    await harness.receive(harness.hit());
    const deps = changed(harness, smsPolicy({ deliver: { mode: 'hourly' } }));
    await harness.receive(harness.hit({ id: 'item-2', title: 'Ferry strike goes on' }), deps);
    harness.now += HOUR;
    for (const due of await harness.dueDigests()) await harness.receive(due, deps);
    expect(protocols(harness).toSorted()).toEqual(['email', 'email sms', 'sms']);
  });

  it('to one policy repeats no alert', async () => {
    const harness = split(smsPolicy());
    await harness.receive(harness.hit());
    await harness.receive(again(harness), changed(harness, undefined));
    expect(protocols(harness)).toEqual(['email', 'sms']);
  });
});
