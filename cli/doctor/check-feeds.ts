import { backoffMs } from '../../functions/poll/backoff.ts';
import { isPushed } from '../../functions/poll/push/push-state.ts';
import { isSilent } from '../../functions/shared/activity.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress, redactAddresses } from '../../functions/shared/redact-address.ts';
import { type FeedState, type FeedStates, feedStates } from '../../functions/shared/store/feed-states.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList, formatDuration, formatTime } from '../../local/format-time.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { type CheckContext, deployCommand, tableName } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

/** Feeds often fail a poll or two, and recover. */
const MIN_FAILURES = 3;
/** A feed that fails for this long is a problem. */
const LONG_FAILURE_MS = 24 * 3_600_000;
/** New feeds are polled within minutes of their deployment, even if there are many. */
const MAX_FIRST_POLL_MS = 30 * 60_000;

export interface FeedFacts {
  readonly feed: Feed;
  readonly state: Omit<FeedState, 'seen'>;
}

export interface DeploymentFacts {
  readonly now: number;
  /** Time of the stack's last deployment, ms, if known. */
  readonly changedAt: number | undefined;
  /** Feeds or topics in the file may not be deployed. */
  readonly differs: boolean;
  /** Command that deploys the file; undefined on one machine, where `start` reads the file itself. */
  readonly deploy: string | undefined;
}

export function feedResults(feeds: readonly FeedFacts[], deployment: DeploymentFacts): CheckResult[] {
  const { now, changedAt, differs, deploy } = deployment;
  const thenDeploy = deploy === undefined ? '' : ' and deploy';
  const gone = feeds.filter(({ feed, state }) => isSameAddress(state.gone, feed));
  const moved = feeds.filter(({ feed, state }) => isSameAddress(state.moved?.from, feed));
  const failing = feeds.filter((one) => one.state.failures >= MIN_FAILURES && !gone.includes(one));
  const justFailed = feeds.filter(
    (one) => one.state.failures > 0 && one.state.failures < MIN_FAILURES && !gone.includes(one),
  );
  const unpolled = feeds.filter(({ state }) => state.version === 0);
  const isNew = changedAt !== undefined && now - changedAt < MAX_FIRST_POLL_MS;
  // A failing feed is silent because it fails.
  // A live page falls silent when its event is over.
  const silent = feeds.filter(
    (one) =>
      one.state.failures < MIN_FAILURES && !gone.includes(one) && !one.state.live && isSilent(one.state, now),
  );
  const results = [
    ...gone.map((one) => goneResult(one, thenDeploy)),
    ...failing.map((one) => failingResult(one, now, thenDeploy)),
    ...silent.map((one) => silentResult(one, now)),
    ...feeds.filter(({ state }) => state.ended !== undefined).map((one) => endedResult(one, thenDeploy)),
    ...moved.map((one) => movedResult(one, thenDeploy)),
  ];
  results.push(...unconfirmedPushes(feeds, deployment));
  if (!isNew) results.push(...unpolled.map(({ feed }) => unpolledResult(feed, differs, deploy)));

  const healthy = feeds.filter((one) => one.state.failures === 0 && one.state.version > 0).length;
  const pushed = feeds.filter(({ state }) => isPushed(state, now)).length;
  const notes = [
    ...(healthy > 0 ? [`${count(healthy, 'feed answers', 'feeds answer')}`] : []),
    ...(pushed > 0 ? [`the hubs of ${count(pushed, 'feed')} push`] : []),
    ...(justFailed.length > 0
      ? [
          `${count(justFailed.length, 'feed has', 'feeds have')} just failed (${abbreviateList(justFailed.map(({ feed }) => feed.id))})`,
        ]
      : []),
    ...(isNew && unpolled.length > 0
      ? [`${count(unpolled.length, 'feed is', 'feeds are')} waiting for a first poll`]
      : []),
  ];
  return notes.length > 0 ? [ok('feeds', notes.join('; ')), ...results] : results;
}

/** Compares a stored address with the feed's. States store it redacted, with four digits of a hash; release 0.1.0 in full. */
function isSameAddress(stored: string | undefined, { url }: Feed): boolean {
  return stored !== undefined && redactAddress(stored) === redactAddress(url);
}

/** Requests for a subscription, an hour or more apart, after which an unconfirmed one is a problem. */
const MIN_PUSH_ATTEMPTS = 3;

/** Reports that hubs cannot reach us: subscriptions were asked for several times, and no hub has confirmed one. */
function unconfirmedPushes(feeds: readonly FeedFacts[], { now, deploy }: DeploymentFacts): CheckResult[] {
  const asked = feeds.filter(({ state: { push } }) => (push?.attempts ?? 0) >= MIN_PUSH_ATTEMPTS);
  const isConfirmed = feeds.some(({ state: { push } }) => (push?.leaseEnds ?? 0) > now);
  if (asked.length === 0 || isConfirmed) return [];
  return [
    {
      level: 'warning',
      check: 'feeds',
      code: 'push-unconfirmed',
      seen: `no hub has confirmed a subscription, though ${count(asked.length, 'feed has', 'feeds have')} asked for it at least ${MIN_PUSH_ATTEMPTS} times (${abbreviateList(asked.map(({ feed }) => feed.id))})`,
      means: 'these feeds are polled at their usual times, so their news takes minutes, not seconds',
      next:
        deploy === undefined
          ? 'check from outside that NEWS_ALERTS_PUSH_URL leads to the port for pushes of this machine; or start without it'
          : 'check that your organization allows public function URLs; or write push: off in the file and deploy',
    },
  ];
}

function failingResult({ feed, state }: FeedFacts, now: number, thenDeploy: string): CheckResult {
  const { failures, lastFailure = 'the reason is unknown', notBefore = 0, lastItemAt } = state;
  const { failingSince } = state;
  const failingMs = failingSince ? now - Date.parse(failingSince) : minFailingMs(feed.every, failures);
  const newest = lastItemAt ? `; its newest item is from ${lastItemAt.slice(0, 10)}` : '';
  const retry =
    notBefore > now
      ? `the next poll is after ${formatTime(notBefore)}`
      : 'the next poll is at its usual time';
  return {
    level: failingMs >= LONG_FAILURE_MS ? 'problem' : 'warning',
    check: 'feeds',
    code: 'feed-failing',
    about: feed.id,
    seen: `${feed.id} has failed ${count(failures, 'time')} in a row, for ${failingSince ? '' : 'at least '}${formatDuration(failingMs)}: ${redactAddresses(lastFailure)}${newest}`,
    means: `its news does not arrive; ${retry}`,
    next: lastFailure.startsWith('secret: ')
      ? 'set the value of the secret as described above'
      : `open ${redactAddress(feed.url)}; if the feed has moved, write its new address in the file${thenDeploy}; if it is gone, set enabled: false`,
  };
}

/**
 * Returns the shortest time in which this many polls in a row can fail, ms: the sum of the waits between them. Used for
 * states of release 0.1.0, which lack the time of the first failure.
 */
export function minFailingMs(every: number, failures: number): number {
  let total = 0;
  for (let n = 1; n < failures && total < 366 * 86_400_000; n++) total += backoffMs(every, n);
  return total;
}

function goneResult({ feed }: FeedFacts, thenDeploy: string): CheckResult {
  return {
    level: 'problem',
    check: 'feeds',
    code: 'feed-gone',
    about: feed.id,
    seen: `the server of ${feed.id} says that the feed is gone for good (HTTP 410 from ${redactAddress(feed.url)})`,
    means: 'the feed is no longer polled, and its news does not arrive',
    next: `write its new address in the file, under the same id${thenDeploy}; or remove the feed from the file`,
  };
}

function movedResult({ feed, state }: FeedFacts, thenDeploy: string): CheckResult {
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-moved',
    about: feed.id,
    seen: `${feed.id} has moved permanently, from ${redactAddress(feed.url)} to ${redactAddress(state.moved?.to ?? '')}`,
    means:
      'the feed is read at the new address; its news would be missed if the old address stopped redirecting and the stored state were lost',
    next: `write the new address in the file, with id: ${feed.id}${thenDeploy}`,
  };
}

function silentResult({ feed, state }: FeedFacts, now: number): CheckResult {
  const { heardAt = now, usualGap = 0 } = state;
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-silent',
    about: feed.id,
    seen: `${feed.id} has had no new items for ${formatDuration(now - heardAt)}, since ${formatTime(heardAt)}; before that, it had one about every ${formatDuration(usualGap)}`,
    means: 'the feed answers, but may be abandoned, may have moved, or may show an old copy',
    next: `check whether its web page shows newer articles than ${redactAddress(feed.url)}; keep the id when you write a new address, so that earlier items stay known`,
  };
}

function endedResult({ feed, state }: FeedFacts, thenDeploy: string): CheckResult {
  const since = state.live === undefined ? '' : ` since ${formatTime(state.live.changedAt)}`;
  return {
    level: 'warning',
    check: 'feeds',
    code: 'live-page-ended',
    about: feed.id,
    seen: `${feed.id} is a live page in which nothing has changed${since}`,
    means: 'the page is no longer polled',
    next: `remove it from the file${thenDeploy}; if it goes on, any change of the configuration makes it polled again`,
  };
}

function unpolledResult({ id, url }: Feed, differs: boolean, deploy: string | undefined): CheckResult {
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-unpolled',
    about: id,
    seen: `${id} has never been polled (${redactAddress(url)})`,
    means: differs
      ? 'its news does not arrive; the current file is not deployed, so the deployment may not know the feed yet'
      : 'its news does not arrive: dispatch does not enqueue the feed, or its polls never finish',
    next:
      deploy === undefined
        ? 'read the terminal of `npm start`, and the findings about start and the feeds queue'
        : differs
          ? `deploy: ${deploy}`
          : 'see the findings about dispatch and the feeds queue, and the log of the poll function',
  };
}

/** Reads the state of every enabled feed, without the seen sets. */
export function readFeeds(
  states: Pick<FeedStates, 'get'>,
  { loaded, progress }: Pick<CheckContext, 'loaded' | 'progress'>,
): Promise<{ values: readonly FeedFacts[]; failures: readonly CheckResult[] }> {
  const enabled = loaded.config.feeds.filter((feed) => feed.enabled);
  let read = 0;
  const report = throttleProgress(progress);
  return checkEach(
    'feeds',
    'feeds',
    enabled,
    ({ id }) => id,
    async (feed): Promise<FeedFacts> => {
      // The seen sets of thousands of feeds would take much memory.
      const { seen: _seen, ...state } = await states.get(feed.id);
      report(`read the state of ${++read} of ${count(enabled.length, 'feed')}`);
      return { feed, state };
    },
  );
}

export const checkFeeds = {
  name: 'feeds',
  what: 'the feeds',
  needsFile: true,
  async run(context: CheckContext): Promise<readonly CheckResult[]> {
    const { clients, clock, stack, loaded } = context;
    const states = feedStates(dynamoTable(clients.dynamoDb, tableName(context)));
    const { values, failures } = await readFeeds(states, context);
    const version = stack?.outputs[OUTPUTS.configVersion];
    return [
      ...feedResults(values, {
        now: clock(),
        changedAt: stack?.changedAt,
        differs: version !== undefined && version !== loaded.config.version,
        deploy: deployCommand(context),
      }),
      ...failures,
    ];
  },
} as const;
