import { describe, expect, it } from 'vitest';
import { alarmResults } from '../../../cli/doctor/check-alarms.ts';
import { chatResults } from '../../../cli/doctor/check-chats.ts';
import { configurationResults } from '../../../cli/doctor/check-configuration.ts';
import type { CheckContext } from '../../../cli/doctor/check-context.ts';
import { digestResults } from '../../../cli/doctor/check-digests.ts';
import { dispatchResults } from '../../../cli/doctor/check-dispatch.ts';
import { type FeedFacts, feedResults, minFailingMs } from '../../../cli/doctor/check-feeds.ts';
import { readerResults, sesResults } from '../../../cli/doctor/check-html-mail.ts';
import { operationsResults } from '../../../cli/doctor/check-operations.ts';
import { queueResult } from '../../../cli/doctor/check-queues.ts';
import type { CheckResult } from '../../../cli/doctor/check-result.ts';
import { sandboxResults, spendLimitResults } from '../../../cli/doctor/check-sms.ts';
import { stackResults } from '../../../cli/doctor/check-stack.ts';
import { subscriptionResults } from '../../../cli/doctor/check-subscriptions.ts';
import { topicResults, unusualSilence } from '../../../cli/doctor/check-topics.ts';
import type { LoadedConfig } from '../../../config/load.ts';
import type { Feed } from '../../../functions/shared/model.ts';
import type { RecipientProblem } from '../../../functions/shared/store/recipient-problems.ts';

const NOW = Date.parse('2026-03-01T09:30:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const context = {
  stackName: 'NewsAlerts',
  name: 'NewsAlerts',
  configFile: 'news-alerts.yaml',
  clients: { region: 'eu-north-1' } as CheckContext['clients'],
  loaded: { config: { version: 'a' } } as LoadedConfig,
};
const kinds = (results: readonly CheckResult[]) => results.map(({ level, code }) => `${level} ${code}`);

describe('stack', () => {
  it.each([
    ['CREATE_COMPLETE', 'ok ok'],
    ['UPDATE_COMPLETE', 'ok ok'],
    ['UPDATE_IN_PROGRESS', 'warning stack-busy'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'warning stack-busy'],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning stack-rolled-back'],
    ['ROLLBACK_COMPLETE', 'problem stack-failed'],
    ['UPDATE_ROLLBACK_FAILED', 'problem stack-failed'],
    ['DELETE_FAILED', 'problem stack-failed'],
  ])('%s is %s', (status, kind) => {
    const location = { partition: 'aws', region: 'eu-north-1', account: '1' };
    const facts = { status, reason: undefined, changedAt: NOW, location, outputs: {} };
    expect(kinds(stackResults(facts, context))).toEqual([kind]);
  });
});

describe('configuration', () => {
  it('is compared with the deployed one', () => {
    expect(kinds(configurationResults({ version: 'a', from: 'the stack' }, context))).toEqual(['ok ok']);
    expect(kinds(configurationResults(undefined, context))).toEqual(['warning configuration-unknown']);
    const [result] = configurationResults({ version: 'b', from: 'the stack' }, context);
    expect(result).toMatchObject({ level: 'warning', code: 'configuration-differs' });
    expect(result?.seen).toBe('news-alerts.yaml has version a, but the stack has b');
  });

  it('suggests the deploy command for this stack and file', () => {
    const other = { ...context, stackName: 'Mine', configFile: 'mine.yaml' };
    const [result] = configurationResults(undefined, other);
    expect(result?.next).toContain('npx cdk deploy -c config=mine.yaml -c stackName=Mine');
  });
});

describe('dispatch', () => {
  it.each([
    [{ at: NOW - 5 * MINUTE_MS }, undefined, 'ok ok'],
    [{ at: NOW - 5 * MINUTE_MS - 1 }, undefined, 'problem dispatch-stopped'],
    [undefined, NOW - DAY_MS, 'problem dispatch-never'],
    [undefined, NOW - MINUTE_MS, 'ok ok'],
    // The clock of AWS is ahead of ours.
    [{ at: NOW + MINUTE_MS }, undefined, 'ok ok'],
  ])('%o, deployed at %s: %s', (tick, changedAt, kind) => {
    expect(kinds(dispatchResults(tick, NOW, changedAt))).toEqual([kind]);
  });
});

describe('subscriptions', () => {
  const arn = (id: string) => `arn:aws:sns:eu-north-1:1:NewsAlerts-channel-${id}`;
  const subscriber = (endpoint: string, confirmed = true) => ({ protocol: 'email', endpoint, confirmed });
  const wanted = (topicId: string, endpoint: string) => ({ topicId, endpoint, protocol: 'email' as const });

  it('reports a missing recipient once, with all its topics', () => {
    const channels = ['owls', 'bats'].map((id) => ({ topicId: id, arn: arn(id), subscribers: [] }));
    const results = subscriptionResults(
      channels,
      [wanted('owls', 'a@b.se'), wanted('bats', 'a@b.se')],
      'deploy',
    );
    expect(kinds(results)).toEqual(['problem subscription-missing']);
    expect(results[0]?.seen).toBe('email a@b.se is in the file, but is not subscribed to owls, bats');
    expect(results[0]?.next).toContain('(for each of the topics)');
  });

  it('counts an unconfirmed recipient as subscribed, and ignores the case of addresses', () => {
    const channels = [
      { topicId: 'owls', arn: arn('owls'), subscribers: [subscriber('A@B.se', false), subscriber('c@d.se')] },
    ];
    const results = subscriptionResults(channels, [wanted('owls', 'a@b.se')], 'deploy');
    expect(kinds(results)).toEqual(['warning subscription-unconfirmed']);
  });

  it('reports a topic without subscribers', () => {
    const channels = [{ topicId: 'owls', arn: arn('owls'), subscribers: [] }];
    expect(kinds(subscriptionResults(channels, [], 'deploy'))).toEqual(['warning topic-unheard']);
  });
});

describe('operations', () => {
  const arn = 'arn:aws:sns:eu-north-1:1:ops';
  const one = (confirmed: boolean) => ({ protocol: 'email', endpoint: 'a@b.se', confirmed });

  it.each([
    [undefined, 'warning operations-none', 'deploy this release'],
    [{ arn, subscribers: undefined }, 'warning operations-unheard', 'deploy'],
    [{ arn, subscribers: [] }, 'warning operations-unheard', 'operations: in the file'],
    [{ arn, subscribers: [one(false)] }, 'warning operations-unheard', 'follow the link'],
  ])('%o: %s', (channel, kind, next) => {
    const results = operationsResults(channel, 'deploy');
    expect(kinds(results)).toEqual([kind]);
    expect(results[0]?.next).toContain(next);
  });

  it('is ok with one confirmed subscriber', () => {
    expect(kinds(operationsResults({ arn, subscribers: [one(false), one(true)] }, 'deploy'))).toEqual([
      'ok ok',
    ]);
  });
});

describe('sms', () => {
  it('reports the numbers that are not verified in the sandbox', () => {
    const results = sandboxResults(['+461'], ['+461', '+462']);
    expect(kinds(results)).toEqual(['warning sms-sandbox', 'problem sms-unverified']);
    expect(results[1]?.about).toBe('+462');
    expect(kinds(sandboxResults(undefined, ['+462']))).toEqual(['ok ok']);
  });

  it.each([
    [undefined, 'warning sms-limit'],
    ['1', 'warning sms-limit'],
    ['20', 'ok ok'],
  ])('a limit of %s: %s', (limit, kind) => {
    expect(kinds(spendLimitResults(limit))).toEqual([kind]);
  });
});

describe('queues', () => {
  const live = { queue: 'items', name: 'NewsAlerts-items', dead: false } as const;

  it.each([
    [undefined, undefined, 'problem queue-missing'],
    [0, undefined, 'ok ok'],
    // The metric lags behind.
    [0, 2 * HOUR_MS, 'ok ok'],
    [5_000, MINUTE_MS, 'ok ok'],
    [1, 20 * MINUTE_MS, 'warning queue-late'],
    [1, 2 * HOUR_MS, 'problem queue-late'],
    [999, undefined, 'ok ok'],
    [1_000, undefined, 'warning queue-late'],
  ])('%s messages, the oldest for %s ms: %s', (messages, oldest, kind) => {
    expect(kinds([queueResult({ ...live, messages, oldest }, 'NewsAlerts', 'deploy')])).toEqual([kind]);
  });

  it('suggests a deployment that creates a deleted queue again', () => {
    const { next } = queueResult({ ...live, messages: undefined, oldest: undefined }, 'NewsAlerts', 'deploy');
    expect(next).toBe('if it was deleted, create it again: deploy --revert-drift');
  });

  it('suggests the command that moves dead letters back', () => {
    const dead = {
      queue: 'hits',
      name: 'Mine-hits-dead.fifo',
      dead: true,
      messages: 2,
      oldest: 3 * HOUR_MS,
    } as const;
    const result = queueResult(dead, 'Mine', 'deploy');
    expect(result).toMatchObject({ level: 'problem', code: 'dead-letters' });
    expect(result.seen).toBe('Mine-hits-dead.fifo has 2 dead letters, the oldest for 3 h');
    expect(result.next).toContain('npx news-alerts redrive hits --stack Mine');
  });
});

describe('recipients at chat services', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  const slack = { service: 'slack', name: `\${SLACK}` } as const;
  const results = (problem?: Partial<RecipientProblem>) =>
    chatResults(
      [slack, { service: 'ntfy', name: 'ntfy.sh/…1' }],
      new Map(
        problem && [
          [`slack \${SLACK}`, { since: now, detail: 'Slack answered 503', nextAt: now, ...problem }],
        ],
      ),
      now,
      'npx news-alerts redrive chat',
    );

  it('are ok without a problem, and with one that is some minutes old', () => {
    expect(kinds(results())).toEqual(['ok ok']);
    expect(results()[0]?.seen).toBe('2 recipients at chat services, none with a problem');
    expect(kinds(results({ since: now - 10 * MINUTE_MS }))).toEqual(['ok ok']);
  });

  it('are reported with the answer of their service and the next try', () => {
    const [result] = results({ since: now - 2 * HOUR_MS, nextAt: now + 5 * MINUTE_MS });
    expect(result).toMatchObject({ level: 'problem', code: 'chat-waits', about: `slack \${SLACK}` });
    expect(result?.seen).toMatch(
      /has accepted nothing for 2 h: Slack answered 503; the next try is at 2026-03-01/,
    );
  });

  it('are reported as long as nothing has arrived after an alert was given up', () => {
    const [result] = results({ detail: 'Slack answered 404: create a new one', failedAt: now - HOUR_MS });
    expect(result).toMatchObject({ level: 'problem', code: 'chat-failed' });
    expect(result?.seen).toContain('Slack answered 404: create a new one');
    expect(result?.next).toContain('npx news-alerts redrive chat');
  });

  it('that were removed from the file are not reported', () => {
    const problems = new Map([['teams x', { since: 0, detail: 'gone', nextAt: 0, failedAt: 1 }]]);
    expect(kinds(chatResults([slack], problems, now, ''))).toEqual(['ok ok']);
  });

  it('have a queue that must be subscribed', () => {
    const endpoint = 'arn:aws:sqs:eu-north-1:1:NewsAlerts-chat';
    const wanted = [{ topicId: 'owls', protocol: 'sqs' as const, endpoint, delivery: 'chat' as const }];
    const channel = { topicId: 'owls', arn: 'arn:aws:sns:eu-north-1:1:NewsAlerts-channel-owls' };
    const subscribed = [{ protocol: 'sqs', endpoint, confirmed: true }];
    expect(kinds(subscriptionResults([{ ...channel, subscribers: subscribed }], wanted, 'deploy'))).toEqual([
      'ok ok',
    ]);
    const [missing] = subscriptionResults([{ ...channel, subscribers: [] }], wanted, 'deploy');
    expect(missing?.seen).toBe('the chat queue is not subscribed to owls');
    expect(missing?.next).toContain(
      `--attributes '{"FilterPolicy":"{\\"protocols\\":[\\"email\\",\\"mail\\"]}","RawMessageDelivery":"true"}'`,
    );
  });
});

describe('HTML mail', () => {
  const sender = { name: 'The desk', address: 'desk@news.example.se', domain: 'news.example.se' };
  const well = { isVerified: true, ProductionAccessEnabled: true, SendingEnabled: true };
  const quota = { Max24HourSend: 1_000, MaxSendRate: 14 };

  it('is ok if SES sends it', () => {
    expect(kinds(sesResults(sender, { ...well, SendQuota: { ...quota, SentLast24Hours: 800 } }))).toEqual([
      'ok ok',
    ]);
  });

  it.each([
    [{ isVerified: false }, 'html-mail-unverified', /verify news\.example\.se in SES/],
    [{ ProductionAccessEnabled: false }, 'html-mail-sandbox', /production access/],
    [{ SendingEnabled: false }, 'html-mail-paused', /Reputation/],
    [{ SendQuota: { ...quota, SentLast24Hours: 801 } }, 'html-mail-quota', /higher quota/],
  ])('is reported if SES does not: %j', (facts, code, next) => {
    const [result, ...others] = sesResults(sender, { ...well, ...facts });
    expect([result?.code, others]).toEqual([code, []]);
    expect(result?.next).toMatch(next);
  });

  it('is reported once for all readers whom it does not reach', () => {
    const now = 10 * HOUR_MS;
    const problem = { since: 1, detail: 'SES answered MessageRejected: no', nextAt: now };
    const results = readerResults(
      new Map<string, RecipientProblem>([
        ['a', { ...problem, failedAt: HOUR_MS }],
        ['b', { ...problem, failedAt: 2 * HOUR_MS }],
        ['c', problem],
        ['d', { ...problem, since: now - MINUTE_MS }],
      ]),
      now,
      'npx news-alerts redrive mail',
    );
    expect(results.map(({ code, seen }) => `${code}: ${seen}`)).toEqual([
      expect.stringMatching(/^html-mail-failed: 2 readers of emails missed an alert/),
      expect.stringMatching(/^html-mail-waits: SES has accepted no mail to 1 reader for 9 h/),
    ]);
    expect(results[0]?.next).toContain('redrive mail');
    // Its reader has left, or the dead letter is gone.
    const later = now + 30 * 24 * HOUR_MS;
    expect(
      readerResults(
        new Map<string, RecipientProblem>([
          ['c', problem],
          ['a', { ...problem, failedAt: now }],
        ]),
        later,
        '',
      ),
    ).toEqual([]);
    expect(readerResults(new Map(), now, '')).toEqual([]);
  });
});

describe('feeds', () => {
  const EVERY = 5 * MINUTE_MS;
  const facts = (id: string, state: Partial<FeedFacts['state']>): FeedFacts => ({
    feed: { id, url: `http://${id}.example/`, every: EVERY } as Feed,
    state: { version: 1, failures: 0, ...state },
  });
  const deployed = { now: NOW, changedAt: NOW - DAY_MS, differs: false, deploy: 'deploy' };

  it('does not report a feed that failed once or twice', () => {
    const results = feedResults([facts('woods', { failures: 2 }), facts('fields', {})], deployed);
    expect(results.map(({ seen }) => seen)).toEqual(['1 feed answers; 1 feed has just failed (woods)']);
  });

  it('reports why a feed fails, for how long at least, and when its next poll is', () => {
    const state = {
      failures: 6,
      lastFailure: 'status: 404',
      notBefore: NOW + HOUR_MS,
      lastItemAt: '2026-02-28T01:00:00Z',
    };
    const [result] = feedResults([facts('woods', state)], deployed);
    expect(result).toMatchObject({ level: 'warning', code: 'feed-failing', about: 'woods' });
    expect(result?.seen).toBe(
      'woods has failed 6 times in a row, for at least 2 h: status: 404; its newest item is from 2026-02-28',
    );
    expect(result?.means).toContain('the next poll is after 2026-03-01 10:30 UTC');
  });

  it('reports for how long a feed has failed when that is known', () => {
    const since = new Date(NOW - 30 * HOUR_MS).toISOString();
    const [result] = feedResults([facts('woods', { failures: 6, failingSince: since })], deployed);
    expect(result).toMatchObject({ level: 'problem', code: 'feed-failing' });
    expect(result?.seen).toContain('6 times in a row, for 30 h: ');
  });

  it('reports a feed that is gone or has moved for good while the file has the same address', () => {
    const gone = { failures: 1, gone: 'http://woods.example/' };
    const moved = { from: 'http://fields.example/', to: 'http://fields.example/new' };
    const results = feedResults([facts('woods', gone), facts('fields', { moved })], deployed);
    expect(kinds(results)).toEqual(['ok ok', 'problem feed-gone', 'warning feed-moved']);
    expect(results[2]?.seen).toContain('to http://fields.example/new');
    const elsewhere = feedResults(
      [facts('woods', { gone: 'http://old.example/' }), facts('fields', { moved: { ...moved, from: 'x' } })],
      deployed,
    );
    expect(kinds(elsewhere)).toEqual(['ok ok']);
  });

  it('reports a silent feed, but not the silence of a feed that fails', () => {
    const silent = { heardAt: NOW - 10 * DAY_MS, usualGap: 6 * HOUR_MS };
    const results = feedResults(
      [facts('woods', silent), facts('fields', { ...silent, failures: 3 })],
      deployed,
    );
    expect(kinds(results)).toEqual(['ok ok', 'warning feed-failing', 'warning feed-silent']);
    expect(results[2]?.seen).toBe(
      'woods has had no new items for 10 days, since 2026-02-19 09:30 UTC; before that, it had one about every 6 h',
    );
    expect(kinds(feedResults([facts('woods', { ...silent, usualGap: 2 * DAY_MS })], deployed))).toEqual([
      'ok ok',
    ]);
  });

  it('reports that hubs cannot reach us, but not that one hub does not answer', () => {
    const push = { hub: 'https://hub.example/', topic: 'http://woods.example/' };
    const asking = facts('woods', { push: { ...push, attempts: 3 } });
    const results = feedResults([asking, facts('fields', { push: { ...push, attempts: 1 } })], deployed);
    expect(kinds(results)).toEqual(['ok ok', 'warning push-unconfirmed']);
    expect(results[1]?.seen).toContain('1 feed has asked for it at least 3 times (woods)');
    const pushed = { ...push, leaseEnds: NOW + 1, complete: 1 };
    const [note, ...others] = feedResults([asking, facts('fields', { push: pushed })], deployed);
    expect(others).toEqual([]);
    expect(note?.seen).toBe('2 feeds answer; the hubs of 1 feed push');
  });

  it('reports a day of failures as a problem', () => {
    expect(kinds(feedResults([facts('woods', { failures: 13 })], deployed))).toEqual([
      'problem feed-failing',
    ]);
  });

  it('counts only the waits between the failed polls', () => {
    expect(minFailingMs(EVERY, 1)).toBe(0);
    expect(minFailingMs(EVERY, 2)).toBe(0);
    expect(minFailingMs(EVERY, 4)).toBe(10 * MINUTE_MS + 20 * MINUTE_MS);
    expect(minFailingMs(EVERY, 10 ** 9)).toBeLessThan(367 * DAY_MS);
  });

  it('reports feeds that were never polled, but not right after a deployment', () => {
    const feeds = [facts('woods', { version: 0 })];
    expect(kinds(feedResults(feeds, deployed))).toEqual(['warning feed-unpolled']);
    expect(kinds(feedResults(feeds, { ...deployed, changedAt: NOW - MINUTE_MS }))).toEqual(['ok ok']);
    const [differing] = feedResults(feeds, { ...deployed, differs: true });
    expect(differing?.next).toBe('deploy: deploy');
  });
});

describe('topics', () => {
  const topic = (silentMs: number, gapMs: number, stories: number) => ({
    topicId: 'owls',
    openedAt: Array.from({ length: stories }, (_, n) => NOW - silentMs - n * gapMs),
  });

  it.each([
    ['more than 10 usual gaps and 7 days', topic(11 * DAY_MS, DAY_MS, 5), true],
    ['less than 7 days', topic(6.9 * DAY_MS, HOUR_MS, 100), false],
    ['less than 10 usual gaps', topic(29 * DAY_MS, 3 * DAY_MS, 10), false],
    ['too few stories', topic(60 * DAY_MS, DAY_MS, 4), false],
    ['no story at all', topic(0, 0, 0), false],
  ])('%s', (_, facts, silent) => {
    expect(unusualSilence(facts, NOW) !== undefined).toBe(silent);
  });

  it('are reported with their usual gap', () => {
    const results = topicResults([topic(20 * DAY_MS, 36 * HOUR_MS, 6), topic(0, 0, 1)], NOW);
    expect(results.map(({ seen }) => seen)).toEqual([
      '1 topic has too few stories yet to judge',
      'topic owls has had no story for 20 days, since 2026-02-09 09:30 UTC; before that, it had one about every 36 h',
    ]);
  });
});

describe('digests', () => {
  it('are reported once for each topic, by the oldest', () => {
    const results = digestResults(
      [
        { topicId: 'owls', dueAt: '2026-03-01T08:00:00.000Z' },
        { topicId: 'owls', dueAt: '2026-03-01T07:00:00.000Z' },
        { topicId: 'bats', dueAt: '2026-03-01T09:00:00.000Z' },
      ],
      NOW,
    );
    expect(results.map(({ seen }) => seen)).toEqual([
      'a digest, follow-up or round-up of topic owls has been overdue for 2 h, since 2026-03-01 07:00 UTC, and 1 later than that',
      'a digest, follow-up or round-up of topic bats has been overdue for 30 min, since 2026-03-01 09:00 UTC',
    ]);
    expect(kinds(digestResults([], NOW))).toEqual(['ok ok']);
  });
});

describe('alarms', () => {
  it('are reported with their reason when raised', () => {
    const alarm = { name: 'NewsAlerts-late', description: 'Alerts are late.', reason: 'too old', since: NOW };
    const results = alarmResults(
      [
        { ...alarm, state: 'ALARM' },
        { ...alarm, state: 'OK' },
      ],
      context,
    );
    expect(kinds(results)).toEqual(['ok ok', 'problem alarm']);
    expect(results[1]).toMatchObject({
      seen: 'alarm NewsAlerts-late has been raised since 2026-03-01 09:30 UTC: too old',
      means: 'Alerts are late.',
      next: 'follow docs/operations.md#late',
    });
    expect(kinds(alarmResults([], context))).toEqual(['warning alarms-none']);
  });
});
