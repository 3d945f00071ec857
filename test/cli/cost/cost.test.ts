import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { costOf } from '../../../cli/cost/cost.ts';
import { deploymentBill, pollsPerMonth } from '../../../cli/cost/deployment-cost.ts';
import { runCli } from '../../helpers/cli.ts';

const MINUTE_MS = 60_000;
const QUARTER_HOUR = { enabled: true, every: 15 * MINUTE_MS, everyAtMost: 15 * MINUTE_MS };
const folder = mkdtempSync(join(tmpdir(), 'news-alerts-cost-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the polls of a month', () => {
  it('lie between those of quiet and of busy feeds; disabled feeds have none', () => {
    const daily = { enabled: true, every: 1_440 * MINUTE_MS, everyAtMost: 1_440 * MINUTE_MS };
    expect(
      pollsPerMonth([
        daily,
        { enabled: true, every: 5 * MINUTE_MS, everyAtMost: 20 * MINUTE_MS },
        { ...daily, enabled: false },
      ]),
    ).toEqual({ least: 30 + 2_160, most: 30 + 8_640 });
  });
});

describe('the bill of a deployment', () => {
  const polls = (feeds: number) => pollsPerMonth(Array.from({ length: feeds }, () => QUARTER_HOUR)).most;

  it('is the measured one for a measured number of feeds', () => {
    expect(deploymentBill(polls(50), 420).withFree).toBeCloseTo(0.45, 2);
    expect(deploymentBill(polls(1_000), 2_550).withFree).toBeCloseTo(2.01, 2);
    expect(deploymentBill(polls(1_000), 2_550).full).toBeCloseTo(10.76, 2);
  });

  it('lies between the measured ones otherwise, and goes on beyond the largest', () => {
    const at = (feeds: number) => deploymentBill(polls(feeds), 0).full;
    expect(at(0)).toBe(at(50));
    const bills = [50, 51, 500, 1_000, 20_000, 100_000, 200_000].map(at);
    expect(bills).toEqual(bills.toSorted((a, b) => a - b));
    expect(new Set(bills).size).toBe(bills.length);
    expect(at(200_000) / at(100_000)).toBeCloseTo(2, 1);
  });
});

describe('the cost of a file', () => {
  const polls = { least: 1_000, most: 2_000 };

  it('adds the expected emails, and prices the SMS apart', () => {
    const number = '+819012345678';
    const { emails, sms, withoutFreeTier } = costOf(polls, {
      topics: [{ id: 'a', historyMs: 1e9, month: { alerts: 9, messages: { email: 200_000, sms: 20 } } }],
      subscriptions: [{ topicId: 'a', protocol: 'sms', endpoint: number }],
    });
    expect(emails).toBe(200_000);
    expect(sms).toMatchObject({ partsPerMonth: 20, destinations: [{ prefix: '+81', numbers: 1 }] });
    expect(withoutFreeTier.most - costOf(polls, { unknown: '' }).withoutFreeTier.most).toBeCloseTo(4);
  });

  it('leaves out the messages of topics with too short a history, unless there are no others', () => {
    const known = { id: 'a', historyMs: 1e9, month: { alerts: 9, messages: { email: 70, sms: 0 } } };
    const tooNew = { id: 'b', historyMs: 1, month: undefined };
    const costOfTopics = (...topics: (typeof known | typeof tooNew)[]) =>
      costOf(polls, { topics, subscriptions: [] });
    expect(costOfTopics(known, tooNew)).toMatchObject({ emails: 70, tooNew: ['b'] });
    expect(costOfTopics(known, tooNew).unknown).toBeUndefined();
    expect(costOfTopics(tooNew).unknown).toBe('the history of every topic is too short for an estimate');
    expect(costOfTopics().unknown).toBeUndefined();
  });

  it('has the queue and the alarms of chat services, if there are recipients', () => {
    const base = costOf(polls, { unknown: '' });
    const withChats = costOf(polls, { unknown: '' }, undefined, { chats: true });
    expect(withChats.withoutFreeTier.most - base.withoutFreeTier.most).toBeCloseTo(0.3);
    expect(withChats.withFreeTier.most - base.withFreeTier.most).toBeCloseTo(0.33);
  });

  it('has the mails of SES, in place of those of SNS', () => {
    const topics = [{ id: 'a', historyMs: 1e9, month: { alerts: 9, messages: { email: 10_000, sms: 0 } } }];
    const bySns = costOf(polls, { topics, subscriptions: [] });
    const bySes = costOf(polls, { topics, subscriptions: [] }, undefined, { htmlEmail: true });
    // A dollar for 10,000 mails in place of 20 cents, and the queue and the alarms.
    expect(bySes.withoutFreeTier.most - bySns.withoutFreeTier.most).toBeCloseTo(0.8 + 0.3);
  });

  it('is printed, with the reason if the messages are unknown', async () => {
    const config = join(folder, 'owls.yaml');
    writeFileSync(
      config,
      'feeds: [{ url: "https://owls.example/rss", every: 15m }]\ntopics: [{ id: owls, match: owl }]\nrecipients: [{ sms: "+46701234567" }]\n',
    );
    const { stdout, stderr, code } = await runCli(['cost', '--config', config]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout.split('\n')).toEqual([
      `${config} on AWS, in a month of 30 days: about $0.45, or $8.02 if other programs of the account already use the free tier`,
      '  for 1 feed with 2,880 polls; without SMS',
      '  prices of June 2026, us-east-1; as measured with 50 feeds, since fewer cost hardly less: docs/cost.md',
      expect.stringContaining('messages: unknown, since there is no history yet.'),
      '',
    ]);
    const printed = await runCli(['cost', '--config', config, '--json']);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      file: config,
      days: 30,
      feeds: 1,
      polls: { least: 2_880, most: 2_880 },
      withFreeTier: { least: 0.4473, most: 0.4473 },
      emails: null,
      smsCost: null,
      unknown: expect.stringContaining('there is no history yet'),
    });
  });

  it('fails if the user names a history that is not there', async () => {
    const { stderr, code } = await runCli(['cost', '--data', join(folder, 'none')]);
    expect(stderr).toContain('expected the data folder of `npm start`');
    expect(code).toBe(1);
  });
});
