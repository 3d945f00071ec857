import type { LoadedConfig } from '../../config/load.ts';
import { parseConfig } from '../../config/load.ts';
import { inventedWord } from '../helpers/invented-word.ts';
import { GREYLISTED } from './faulty-mail-server.ts';
import { WEBHOOK_SECRET } from './faulty-webhook.ts';

export interface WatchedTopic {
  readonly id: string;
  readonly word: string;
  readonly deliver: 'now' | 'hourly';
}

/** Two topics with alerts at once, and two with digests. */
const FEW_TOPICS: readonly WatchedTopic[] = [
  { id: 'owls', word: 'owl', deliver: 'now' },
  { id: 'foxes', word: 'fox', deliver: 'now' },
  { id: 'storms', word: 'storm', deliver: 'hourly' },
  { id: 'floods', word: 'flood', deliver: 'hourly' },
];

/** The feeds and topics of a run. */
export interface Scenario {
  readonly feeds: number;
  /** Polling interval on the process's clock. */
  readonly every: string;
  readonly topics: readonly WatchedTopic[];
  /** Items a second while a process runs, in addition to those of the plan. */
  readonly rate: number;
  /** Share of these items that match a topic. */
  readonly matching: number;
  /** Multiplies the delays of kills. */
  readonly delayFactor: number;
  /** Multiplies the time to wait for triggers, and for the end of all work. */
  readonly timeoutFactor: number;
  /** Number of kills with one data folder. Then everything settles, and the next folder is used. */
  readonly killsPerFolder: number;
}

export const QUIET_SCENARIO: Scenario = {
  feeds: 2,
  every: '1m',
  topics: FEW_TOPICS,
  rate: 0,
  matching: 1,
  delayFactor: 1,
  timeoutFactor: 1,
  killsPerFolder: Number.POSITIVE_INFINITY,
};

/** Each real second polls as many feeds as with 5,000 feeds every 5 minutes. */
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
  delayFactor: 3,
  timeoutFactor: 10,
  killsPerFolder: 100,
};

/** Recipients of every topic. */
export const SMS_NUMBER = '+4915112345678';
const RECIPIENTS = [GREYLISTED, 'bob@readers.internal'] as const;

/** Returns the configuration of a scenario. By default, ambiguous publishes are repeated by email but not by SMS. */
export function configOf(
  { topics, every }: Scenario,
  feedUrls: readonly string[],
  webhookUrl: string,
): LoadedConfig {
  const file = {
    feeds: feedUrls.map((url, n) => ({ id: `feed-${n}`, title: `Feed ${n}`, url, every })),
    topics: topics.map(({ id, word, deliver }) => ({ id, match: word, deliver })),
    recipients: [
      ...RECIPIENTS.map((email) => ({ email })),
      { sms: SMS_NUMBER },
      { webhook: { url: webhookUrl, secret: WEBHOOK_SECRET, private: true } },
    ],
  };
  return parseConfig(JSON.stringify(file), 'crash.yaml', {});
}
