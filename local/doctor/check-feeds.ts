import { backOff } from '../../functions/poll/trouble.ts';
import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { shownAddress, withShownAddresses } from '../../functions/shared/shown-address.ts';
import { isSilent } from '../../functions/shared/silence.ts';
import { type FeedState, type FeedStates, feedStates } from '../../functions/shared/store/feed-states.ts';
import { count } from '../../functions/shared/text/count.ts';
import { OUTPUTS } from '../deployed-names.ts';
import { length, moment, some } from '../moments.ts';
import { type Finding, forEach, ok } from './finding.ts';
import { deployCommand, everySoOften, tableName, type Visit } from './visit.ts';

/** Feeds fail a poll or two all the time, and come back. */
const FAILURES = 3;
/** A feed that has failed for so long brings no news any more, ms. */
const LONG_MS = 24 * 3_600_000;
/** A new feed is polled within minutes of its deployment, even when many are new at once, ms. */
const FIRST_POLL_MS = 30 * 60_000;

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

export function feedFindings(feeds: readonly FeedFacts[], deployment: DeploymentFacts): Finding[] {
  const { now, changedAt, differs, deploy } = deployment;
  const thenDeploy = deploy === undefined ? '' : ' and deploy';
  const gone = feeds.filter(({ feed, state }) => isAddress(state.gone, feed));
  const moved = feeds.filter(({ feed, state }) => isAddress(state.moved?.from, feed));
  const failing = feeds.filter((one) => one.state.failures >= FAILURES && !gone.includes(one));
  const shaky = feeds.filter(
    (one) => one.state.failures > 0 && one.state.failures < FAILURES && !gone.includes(one),
  );
  const unpolled = feeds.filter(({ state }) => state.version === 0);
  const isNew = changedAt !== undefined && now - changedAt < FIRST_POLL_MS;
  // That a feed fails is the reason for its silence.
  const silent = feeds.filter(
    (one) => one.state.failures < FAILURES && !gone.includes(one) && isSilent(one.state, now),
  );
  const findings = [
    ...gone.map((one) => goneFinding(one, thenDeploy)),
    ...failing.map((one) => failingFinding(one, now, thenDeploy)),
    ...silent.map((one) => silentFinding(one, now)),
    ...moved.map((one) => movedFinding(one, thenDeploy)),
  ];
  if (!isNew) findings.push(...unpolled.map(({ feed }) => unpolledFinding(feed, differs, deploy)));

  const well = feeds.filter((one) => one.state.failures === 0 && one.state.version > 0).length;
  const notes = [
    ...(well > 0 ? [`${count(well, 'feed answers', 'feeds answer')}`] : []),
    ...(shaky.length > 0
      ? [
          `${count(shaky.length, 'feed has', 'feeds have')} just failed (${some(shaky.map(({ feed }) => feed.id))})`,
        ]
      : []),
    ...(isNew && unpolled.length > 0
      ? [`${count(unpolled.length, 'feed waits', 'feeds wait')} for a first poll`]
      : []),
  ];
  return notes.length > 0 ? [ok('feeds', notes.join('; ')), ...findings] : findings;
}

/** Whether a state has this feed's address: as people may see it, with four digits of a hash, or whole as in 0.1.0. */
function isAddress(stored: string | undefined, { url }: Feed): boolean {
  return stored !== undefined && shownAddress(stored) === shownAddress(url);
}

function failingFinding({ feed, state }: FeedFacts, now: number, thenDeploy: string): Finding {
  const { failures, lastFailure = 'the reason is not known', notBefore = 0, lastItemAt } = state;
  const { failingSince } = state;
  const since = failingSince ? now - Date.parse(failingSince) : failingAtLeast(feed.every, failures);
  const newest = lastItemAt ? `; its newest item is of ${lastItemAt.slice(0, 10)}` : '';
  const again =
    notBefore > now ? `it is tried again after ${moment(notBefore)}` : 'it is tried again at its next turn';
  return {
    level: since >= LONG_MS ? 'problem' : 'warning',
    check: 'feeds',
    code: 'feed-failing',
    about: feed.id,
    seen: `${feed.id} failed ${count(failures, 'time')} in a row, for ${length(since)}${failingSince ? '' : ' at least'}: ${withShownAddresses(lastFailure)}${newest}`,
    means: `no news of it arrives; ${again}`,
    next: lastFailure.startsWith('secret: ')
      ? 'see to its value as said above'
      : `open ${shownAddress(feed.url)}; if it has moved, write its new address in the file${thenDeploy}; if it is gone, set enabled: false`,
  };
}

/**
 * For how long a feed has failed at least, ms: a state of release 0.1.0 does not say since when, but between two tries lies at least
 * the time for which the first of them made the feed wait.
 */
export function failingAtLeast(every: number, failures: number): number {
  let total = 0;
  for (let n = 1; n < failures && total < 366 * 86_400_000; n++) total += backOff(every, n);
  return total;
}

function goneFinding({ feed }: FeedFacts, thenDeploy: string): Finding {
  return {
    level: 'problem',
    check: 'feeds',
    code: 'feed-gone',
    about: feed.id,
    seen: `${feed.id} is gone for good, by what its server says (HTTP 410 from ${shownAddress(feed.url)})`,
    means: 'it is not asked any more, and no news of it arrives',
    next: `write its new address in the file, under the same id${thenDeploy}; or take it out`,
  };
}

function movedFinding({ feed, state }: FeedFacts, thenDeploy: string): Finding {
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-moved',
    about: feed.id,
    seen: `${feed.id} has moved for good, from ${shownAddress(feed.url)} to ${shownAddress(state.moved?.to ?? '')}`,
    means:
      'it is read there; once the old address no longer says so, its news would be missed if its state were lost',
    next: `write the new address in the file, with id: ${feed.id}${thenDeploy}`,
  };
}

function silentFinding({ feed, state }: FeedFacts, now: number): Finding {
  const { heardAt = now, usualGap = 0 } = state;
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-silent',
    about: feed.id,
    seen: `${feed.id} has brought nothing new for ${length(now - heardAt)}, since ${moment(heardAt)}; usual was something every ${length(usualGap)}`,
    means: 'it answers, but was given up, has moved, or shows an old copy of itself',
    next: `see whether its page shows newer articles than ${shownAddress(feed.url)}; a new address goes under the same id, so that what was seen stays known`,
  };
}

function unpolledFinding({ id, url }: Feed, differs: boolean, deploy: string | undefined): Finding {
  return {
    level: 'warning',
    check: 'feeds',
    code: 'feed-unpolled',
    about: id,
    seen: `${id} has never been polled (${shownAddress(url)})`,
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
  { loaded, progress }: Pick<Visit, 'loaded' | 'progress'>,
): Promise<{ results: readonly FeedFacts[]; findings: readonly Finding[] }> {
  const enabled = loaded.config.feeds.filter((feed) => feed.enabled);
  let read = 0;
  const told = everySoOften(progress);
  return forEach(
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
  async run(visit: Visit): Promise<readonly Finding[]> {
    const { clients, clock, stack, loaded } = visit;
    const states = feedStates(dynamoTable(clients.dynamoDb, tableName(visit)));
    const { results, findings } = await readFeeds(states, visit);
    const version = stack?.outputs[OUTPUTS.configVersion];
    return [
      ...feedFindings(results, {
        now: clock(),
        changedAt: stack?.changedAt,
        differs: version !== undefined && version !== loaded.config.version,
        deploy: deployCommand(visit),
      }),
      ...findings,
    ];
  },
} as const;
