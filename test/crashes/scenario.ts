import type { LoadedConfig } from '../../config/load.ts';
import { parseConfig } from '../../config/load.ts';
import { inventedWord } from '../helpers/invented-word.ts';
import { GREYLISTED } from './faulty-mail-server.ts';

export interface WatchedTopic {
  readonly id: string;
  readonly word: string;
  readonly deliver: 'now' | 'hourly';
}

/** Two topics that are delivered at once, and two that wait for a digest. */
const FEW_TOPICS: readonly WatchedTopic[] = [
  { id: 'owls', word: 'owl', deliver: 'now' },
  { id: 'foxes', word: 'fox', deliver: 'now' },
  { id: 'storms', word: 'storm', deliver: 'hourly' },
  { id: 'floods', word: 'flood', deliver: 'hourly' },
];

/** The feeds and topics of a run. */
export interface Scenario {
  readonly feeds: number;
  /** By the process's clock. */
  readonly every: string;
  readonly topics: readonly WatchedTopic[];
  /** Items a second while a process lives, beside those of the plan, and the share of them that matches. */
  readonly rate: number;
  readonly matching: number;
  /** How much longer lives are than planned, and how much longer a kill waits for its aim: there is more to be done. */
  readonly lives: number;
  readonly patience: number;
  /** Kills of one data folder; then all settles, and the next folder is begun. */
  readonly killsOfFolder: number;
}

export const QUIET_SCENARIO: Scenario = {
  feeds: 2,
  every: '1m',
  topics: FEW_TOPICS,
  rate: 0,
  matching: 1,
  lives: 1,
  patience: 1,
  killsOfFolder: Number.POSITIVE_INFINITY,
};

/** A hundredth of the feeds' number for each second of the wall's clock is polled, as of 5,000 feeds every 5 minutes. */
export const LOAD_SCENARIO: Scenario = {
  feeds: 200,
  every: '10m',
  topics: Array.from({ length: 200 }, (_, n) => ({
    id: `topic-${n}`,
    word: `qu${inventedWord(n)}`,
    deliver: n % 4 === 3 ? 'hourly' : 'now',
  })),
  rate: 50,
  matching: 0.06,
  lives: 3,
  patience: 10,
  killsOfFolder: 100,
};

/** They receive every topic. */
export const RECIPIENTS = [GREYLISTED, 'bob@readers.internal'] as const;

/** Email is sent again when in doubt, and SMS is not: the defaults. */
export function configOf({ topics, every }: Scenario, feedUrls: readonly string[]): LoadedConfig {
  const file = {
    feeds: feedUrls.map((url, n) => ({ id: `feed-${n}`, title: `Feed ${n}`, url, every })),
    topics: topics.map(({ id, word, deliver }) => ({ id, match: word, deliver })),
    recipients: [...RECIPIENTS.map((email) => ({ email })), { sms: '+15550100' }],
  };
  return parseConfig(JSON.stringify(file), 'crash.yaml', {});
}
