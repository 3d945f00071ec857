import type { LoadedConfig } from '../../functions/shared/config/load.ts';
import { parseConfig } from '../../functions/shared/config/load.ts';
import { GREYLISTED } from './faulty-mail-server.ts';

/** What is watched while the process is killed: two topics that are told at once, and two that wait for a digest. */
export const TOPICS = [
  { id: 'owls', word: 'owl', deliver: 'now' },
  { id: 'foxes', word: 'fox', deliver: 'now' },
  { id: 'storms', word: 'storm', deliver: 'hourly' },
  { id: 'floods', word: 'flood', deliver: 'hourly' },
] as const;

export type WatchedTopic = (typeof TOPICS)[number];

/** They receive every topic. */
export const READERS = [GREYLISTED, 'bob@readers.internal'] as const;

/** Email is sent again when in doubt, and SMS is not: the defaults. */
export function watchedBy(feedUrls: readonly string[]): LoadedConfig {
  const file = {
    feeds: feedUrls.map((url, n) => ({ id: `feed-${n}`, title: `Feed ${n}`, url, every: '1m' })),
    topics: TOPICS.map(({ id, word, deliver }) => ({ id, match: word, deliver })),
    recipients: [...READERS.map((email) => ({ email })), { sms: '+15550100' }],
  };
  return parseConfig(JSON.stringify(file), 'crash.yaml', {});
}
