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
const again = (news: NotifyHarness, n = 2) =>
  news.hit({ id: `item-${n}`, title: TITLE, feed: `Feed ${n}`, url: `https://site-${n}.example/a` });
const protocols = (news: NotifyHarness) => news.published.map(({ protocols }) => protocols.join(' '));

describe('SMS that need several sources', () => {
  it('sends email at once, the SMS with the second outlet, and neither again', async () => {
    const news = split(two);
    await news.receive(news.hit());
    await news.receive(news.hit({ id: 'item-9', title: TITLE }));
    expect(protocols(news)).toEqual(['email']);
    for (const n of [2, 3, 4]) await news.receive(again(news, n));
    expect(protocols(news)).toEqual(['email', 'sms']);
    expect(new Set(news.published.map(({ alert }) => alert.id)).size).toBe(2);
  });

  it('retries with the next item of the story', async () => {
    const news = split(two);
    await news.receive(news.hit());
    news.answers.push('throttled');
    await expect(news.receive(again(news, 2))).rejects.toBeInstanceOf(RetryLater);
    await news.receive(again(news, 3));
    await news.receive(again(news, 2));
    expect(protocols(news)).toEqual(['email', 'sms']);
  });

  it('waits until the email has gone out: without an answer for it, sends neither', async () => {
    const news = split(smsPolicy());
    news.answers.push('lost');
    await expect(news.receive(news.hit())).rejects.toBeInstanceOf(RetryLater);
    news.now += LEASE + 1;
    await news.receive(news.hit());
    await news.receive(news.hit());
    expect(protocols(news)).toEqual(['email', 'email', 'sms']);
  });

  it('sends a follow-up to recipients who know the story', async () => {
    const news = split({ ...two, followUps: followUps('all') }, { followUps: followUps('all') });
    await news.receive(news.hit());
    news.now += MINUTE;
    await news.receive(news.hit({ title: `${TITLE} at last` }));
    expect(protocols(news)).toEqual(['email', 'email']);
    await news.receive(again(news));
    news.now += MINUTE;
    await news.receive(news.hit({ title: `${TITLE} at long last` }));
    expect(protocols(news)).toEqual(['email', 'email', 'sms', 'email', 'sms']);
  });
});

describe('a policy for SMS alone', () => {
  it('has a digest of its own, beside that of email', async () => {
    const news = split(smsPolicy({ deliver: { mode: 'hourly' } }), { deliver: { mode: 'hourly' } });
    await news.receive(news.hit());
    await news.receive(news.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    news.now += HOUR;
    await news.tick();
    await news.tick();
    expect(protocols(news).toSorted()).toEqual(['email', 'sms']);
    expect(news.titles('sms')).toEqual(news.titles('email'));
    expect(await news.dueDigests()).toEqual([]);
  });

  it('sends its digest even if the email digest fails', async () => {
    const news = split(smsPolicy({ deliver: { mode: 'hourly' } }), { deliver: { mode: 'hourly' } });
    await news.receive(news.hit());
    news.now += HOUR;
    news.answers.push('refused', 'published');
    await news.tick();
    expect(news.published).toHaveLength(1);
    await news.tick();
    expect(protocols(news).toSorted()).toEqual(['email', 'sms']);
  });

  it('has caps of its own', async () => {
    const news = split(smsPolicy({ atMost: { hour: 1, timeZone: 'UTC' } }));
    await news.receive(news.hit());
    await news.receive(news.hit({ id: 'item-2', title: 'Ferry strike goes on' }));
    expect(protocols(news)).toEqual(['email', 'sms', 'email']);
    news.now += HOUR;
    await news.tick();
    expect(news.titles('sms')).toEqual([[TITLE], ['Ferry strike goes on']]);
  });
});

describe('a change of the configuration', () => {
  const changed = (news: NotifyHarness, sms: SmsPolicy | undefined) => {
    const { sms: _sms, ...topic } = news.topic;
    const deps = news.deps();
    return { ...deps, config: { ...deps.config, topics: [sms ? { ...topic, sms } : topic] } };
  };

  it('to two policies repeats no alert', async () => {
    const news = new NotifyHarness(memoryTable());
    await news.receive(news.hit());
    for (const n of [2, 3]) await news.receive(again(news, n), changed(news, two));
    expect(protocols(news)).toEqual(['email sms']);
  });

  it('to two policies in the middle of an alert keeps the alert’s protocols', async () => {
    const news = new NotifyHarness(memoryTable(), {}, { email: 'resend', sms: 'resend' });
    news.answers.push('vanished');
    await expect(news.receive(news.hit())).rejects.toBeInstanceOf(RetryLater);
    news.now += LEASE + 1;
    await news.receive(news.hit(), changed(news, two));
    await news.receive(again(news), changed(news, two));
    expect(protocols(news)).toEqual(['email sms']);
  });

  it('to two policies keeps waiting alerts as they were added', async () => {
    const news = new NotifyHarness(memoryTable(), { deliver: { mode: 'hourly' } });
    await news.receive(news.hit());
    const deps = changed(news, smsPolicy({ deliver: { mode: 'hourly' } }));
    await news.receive(news.hit({ id: 'item-2', title: 'Ferry strike goes on' }), deps);
    news.now += HOUR;
    for (const due of await news.dueDigests()) await news.receive(due, deps);
    expect(protocols(news).toSorted()).toEqual(['email', 'email sms', 'sms']);
  });

  it('to one policy repeats no alert', async () => {
    const news = split(smsPolicy());
    await news.receive(news.hit());
    await news.receive(again(news), changed(news, undefined));
    expect(protocols(news)).toEqual(['email', 'sms']);
  });
});
