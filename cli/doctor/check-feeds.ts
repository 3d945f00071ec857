import { backoffMs } from '../../functions/poll/backoff.ts';
import { isSilent } from '../../functions/shared/activity.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress, redactAddresses } from '../../functions/shared/redact-address.ts';
import { type FeedState, type FeedStates, feedStates } from '../../functions/shared/store/feed-states.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList, formatDuration, formatTime } from '../../local/format-time.ts';
import { OUTPUTS } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, tableName, throttleProgress } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

/** Feeds fail a poll or two all the time, and come back. */
const MIN_FAILURES = 3;
/** A feed that has failed for so long brings no news any more, ms. */
const LONG_FAILURE_MS = 24 * 3_600_000;
/** A new feed is polled within minutes of its deployment, even when many are new at once, ms. */
const MAX_FIRST_POLL_MS = 30 * 60_000;

export interface FeedFacts {
  readonly feed: Feed;
  readonly state: Omit<FeedState, 'seen'>;
}

export interface DeploymentFacts {
  readonly now: number;
  /** When the stack was deployed last, ms, where that is known. */
  readonly changedAt: number | undefined;
  /** The file holds feeds or topics that are perhaps not deployed. */
  readonly differs: boolean;
  /** The command that deploys the file; undefined on one machine, where `start` reads the file itself. */
  readonly deploy: string | undefined;
}

export function feedResults(feeds: readonly FeedFacts[], deployment: DeploymentFacts): CheckResult[] {
  const { now, changedAt, differs, deploy } = deployment;
  const thenDeploy = deploy === undefined ? '' : ' and deploy';
  const gone = feeds.filter(({ feed, state }) => isSameAddress(state.gone, feed));
  const moved = feeds.filter(({ feed, state }) => isSameAddress(state.moved?.from, feed));
  const failing = feeds.filter((one) => one.state.failures >= MIN_FAILURES && !gone.includes(one));
  const shaky = feeds.filter(
    (one) => one.state.failures > 0 && one.state.failures < MIN_FAILURES && !gone.includes(one),
  );
  const unpolled = feeds.filter(({ state }) => state.version === 0);
  const isNew = changedAt !== undefined && now - changedAt < MAX_FIRST_POLL_MS;
  // That a feed fails is the reason for its silence.
  const silent = feeds.filter(
    (one) => one.state.failures < MIN_FAILURES && !gone.includes(one) && isSilent(one.state, now),
  );
  const findings = [
    ...gone.map((one) => goneResult(one, thenDeploy)),
    ...failing.map((one) => failingResult(one, now, thenDeploy)),
    ...silent.map((one) => silentResult(one, now)),
    ...moved.map((one) => movedResult(one, thenDeploy)),
  ];
  if (!isNew) findings.push(...unpolled.map(({ feed }) => unpolledResult(feed, differs, deploy)));

  const well = feeds.filter((one) => one.state.failures === 0 && one.state.version > 0).length;
  const notes = [
    ...(well > 0 ? [`${count(well, 'feed answers', 'feeds answer')}`] : []),
    ...(shaky.length > 0
      ? [
          `${count(shaky.length, 'feed has', 'feeds have')} just failed (${abbreviateList(shaky.map(({ feed }) => feed.id))})`,
        ]
      : []),
    ...(isNew && unpolled.length > 0
      ? [`${count(unpolled.length, 'feed waits', 'feeds wait')} for a first poll`]
      : []),
  ];
  return notes.length > 0 ? [ok('feeds', notes.join('; ')), ...findings] : findings;
}

/** Whether a state has this feed's address: as people may see it, with four digits of a hash, or whole as in 0.1.0. */
function isSameAddress(stored: string | undefined, { url }: Feed): boolean {
  return stored !== undefined && redactAddress(stored) === redactAddress(url);
}

function failingResult({ feed, state }: FeedFacts, now: number, thenDeploy: string): CheckResult {
  const { failures, lastFailure = 'the reason is not known', notBefore = 0, lastItemAt } = state;
  const { failingSince } = state;
  const since = failingSince ? now - Date.parse(failingSince) : minFailingMs(feed.every, failures);
  const newest = lastItemAt ? `; its newest item is of ${lastItemAt.slice(0, 10)}` : '';
  const again =
    notBefore > now
      ? `it is tried again after ${formatTime(notBefore)}`
      : 'it is tried again at its next turn';
  return {
    level: since >= LONG_FAILURE_MS ? 'problem' : 'warning',
    check: 'feeds',
    code: 'feed-failing',
    about: feed.id,
    seen: `${feed.id} failed ${count(failures, 'time')} in a row, for ${formatDuration(since)}${failingSince ? '' : ' at least'}: ${redactAddresses(lastFailure)}${newest}`,
    means: `no news of it arrives; ${again}`,
    next: lastFailure.startsWith('secret: ')
      ? 'see to its value as said above'
      : `open ${redactAddress(feed.url)}; if it has moved, write its new address in the file${thenDeploy}; if it is gone, set enabled: false`,
  };
}

/**
 * For how long a feed has failed at least, ms: a state of release 0.1.0 does not say since when, but between two tries lies at least
 * the time for which the first of them made the feed wait.
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
    seen: `${feed.id} is gone for good, by what its server says (HTTP 410 from ${redactAddress(feed.url)})`,
    means: 'it is not asked any more, and no news of it arrives',
    next: `write its new address in the file, under the same id${thenDeploy}; or take it out`,
  };
}

function movedResult({ feed, state }: FeedFacts, thenDeploy: string): CheckResult {
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-moved',
    about: feed.id,
    seen: `${feed.id} has moved for good, from ${redactAddress(feed.url)} to ${redactAddress(state.moved?.to ?? '')}`,
    means:
      'it is read there; once the old address no longer says so, its news would be missed if its state were lost',
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
    seen: `${feed.id} has brought nothing new for ${formatDuration(now - heardAt)}, since ${formatTime(heardAt)}; usual was something every ${formatDuration(usualGap)}`,
    means: 'it answers, but was given up, has moved, or shows an old copy of itself',
    next: `see whether its page shows newer articles than ${redactAddress(feed.url)}; a new address goes under the same id, so that what was seen stays known`,
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
      ? 'no news of it arrives; the file is not what is deployed, so it may not be known there yet'
      : 'no news of it arrives: dispatch does not send it, or its polls never come to their end',
    next:
      deploy === undefined
        ? 'see what `npm start` says of it in its terminal, and the findings about start and the feeds queue'
        : differs
          ? `deploy: ${deploy}`
          : 'see the findings about dispatch and the feeds queue, and the log of the poll function',
  };
}

/** Reads the state of every enabled feed; a finding for those whose state cannot be read. */
export function readFeeds(
  states: Pick<FeedStates, 'get'>,
  { loaded, progress }: Pick<CheckContext, 'loaded' | 'progress'>,
): Promise<{ results: readonly FeedFacts[]; findings: readonly CheckResult[] }> {
  const enabled = loaded.config.feeds.filter((feed) => feed.enabled);
  let read = 0;
  const told = throttleProgress(progress);
  return checkEach(
    'feeds',
    'feeds',
    enabled,
    ({ id }) => id,
    async (feed): Promise<FeedFacts> => {
      // The seen sets of thousands of feeds need not be kept.
      const { seen: _seen, ...state } = await states.get(feed.id);
      told(`read the state of ${++read} of ${count(enabled.length, 'feed')}`);
      return { feed, state };
    },
  );
}

export const checkFeeds = {
  name: 'feeds',
  what: 'the feeds',
  needsFile: true,
  async run(visit: CheckContext): Promise<readonly CheckResult[]> {
    const { clients, clock, stack, loaded } = visit;
    const states = feedStates(dynamoTable(clients.dynamoDb, tableName(visit)));
    const { results, findings } = await readFeeds(states, visit);
    const version = stack?.outputs[OUTPUTS.configVersion];
    return [
      ...feedResults(results, {
        now: clock(),
        changedAt: stack?.changedAt,
        differs: version !== undefined && version !== loaded.config.version,
        deploy: deployCommand(visit),
      }),
      ...findings,
    ];
  },
} as const;
