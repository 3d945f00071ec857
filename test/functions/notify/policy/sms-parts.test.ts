import { describe, expect, it } from 'vitest';
import { DEFAULT_SMS_FOLLOW_UPS } from '../../../../functions/shared/default-follow-ups.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { OPERATIONS_TOPIC_ID } from '../../../../functions/shared/pipeline.ts';
import { smsMonthWindow } from '../../../../functions/shared/sms-month.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { type HarnessTopic, LEASE, NotifyHarness } from '../notify-harness.ts';

const HOUR = 3_600_000;
const TITLES = ['Kessel bridge opens after nine years', 'Ferry strike goes on', 'Herring quota doubled'];
/** Room for two alerts to three recipients each. */
const limited = (topic: HarnessTopic = {}, month = 7, recipients = 3) => {
  const harness = new NotifyHarness(memoryTable(), topic);
  harness.smsParts = { month, recipients: { [harness.topic.id]: recipients } };
  return harness;
};
const tell = async (harness: NotifyHarness) => {
  for (const [n, title] of TITLES.entries()) {
    harness.now += 1;
    await harness.receive(harness.hit({ id: `item-${n}`, title }));
  }
};
const protocols = (harness: NotifyHarness) => harness.published.map(({ protocols }) => protocols.join(' '));

describe('SMS parts of a month', () => {
  it('count recipients; beyond them, alerts go by email alone', async () => {
    const harness = limited();
    await tell(harness);
    await tell(harness);
    expect(protocols(harness)).toEqual(['email sms', 'email sms', 'email']);
  });

  it('are available again in the next month', async () => {
    const harness = limited();
    await tell(harness);
    harness.now = Date.parse('2026-04-01T00:00:00Z');
    await harness.receive(harness.hit({ id: 'april', title: 'Owls return to Tolmark' }));
    await harness.receive(harness.hit({ id: 'retold', title: TITLES[2] ?? '' }));
    expect(protocols(harness).slice(3)).toEqual(['email sms', 'email sms']);
  });

  it('count in UTC', () => {
    const of = { month: 1, recipients: {} };
    expect(smsMonthWindow(of, Date.parse('2026-12-31T23:59:59Z'))).toMatchObject({
      sk: '2026-12',
      until: Date.parse('2027-01-01T00:00:00Z'),
    });
    expect(smsMonthWindow(of, Date.parse('2027-01-01T00:00:00Z')).sk).toBe('2027-01');
  });

  it('are taken once by an alert that is retried', async () => {
    const harness = limited();
    for (let n = 0; n < 4; n++) {
      harness.answers.push('throttled');
      await expect(
        harness.receive(harness.hit({ id: 'item-0', title: TITLES[0] ?? '' })),
      ).rejects.toBeInstanceOf(RetryLater);
    }
    await tell(harness);
    expect(protocols(harness)).toEqual(['email sms', 'email sms', 'email']);
  });

  it('are taken again by an alert that may have been sent and is resent', async () => {
    const harness = new NotifyHarness(memoryTable(), {}, { email: 'resend', sms: 'resend' });
    harness.smsParts = { month: 7, recipients: { [harness.topic.id]: 3 } };
    harness.answers.push('lost');
    await expect(
      harness.receive(harness.hit({ id: 'item-0', title: TITLES[0] ?? '' })),
    ).rejects.toBeInstanceOf(RetryLater);
    harness.now += LEASE + 1;
    await tell(harness);
    expect(protocols(harness)).toEqual(['email sms', 'email sms', 'email', 'email']);
  });

  it('that are used up drop a separate SMS for good', async () => {
    const harness = limited(
      { sms: { deliver: { mode: 'now' }, minSources: 1, followUps: DEFAULT_SMS_FOLLOW_UPS } },
      3,
    );
    await tell(harness);
    harness.now = Date.parse('2026-04-01T00:00:00Z');
    await tell(harness);
    expect(protocols(harness)).toEqual(['email', 'sms', 'email', 'email']);
  });

  it('apply to digests, too', async () => {
    const harness = limited({ deliver: { mode: 'hourly' } }, 3);
    for (let n = 0; n < 2; n++) {
      await harness.receive(harness.hit({ id: `item-${n}`, title: TITLES[n] ?? '' }));
      harness.now += HOUR;
      await harness.tick();
    }
    expect(protocols(harness)).toEqual(['email sms', 'email']);
  });

  it('do not matter if nobody receives SMS', async () => {
    const harness = limited({}, 1, 0);
    await tell(harness);
    expect(protocols(harness)).toEqual(Array(3).fill('email sms'));
  });

  it('that are used up cause one notice a month', async () => {
    const harness = limited({}, 2);
    await tell(harness);
    harness.now += HOUR;
    for (const due of await harness.dueDigests(OPERATIONS_TOPIC_ID)) await harness.receive(due);
    const notices = harness.published.filter(({ alert }) => alert.kind === 'notice');
    expect(notices.map(({ alert }) => alert.entries.map(({ title }) => title))).toEqual([
      ['SMS: the 2 parts for 2026-03 are used up'],
    ]);
    await harness.receive(harness.hit({ id: 'later', title: 'Owls return to Tolmark' }));
    expect(await harness.dueDigests(OPERATIONS_TOPIC_ID)).toEqual([]);
  });
});
