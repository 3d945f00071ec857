import { DEFAULT_FOLLOW_UPS } from '../default-follow-ups.ts';
import type { FollowUpMode, FollowUps } from '../model.ts';
import { interval } from './duration.ts';
import type { ConfigFile } from './schema.ts';

type DefaultsFile = NonNullable<ConfigFile['defaults']>;
type FollowUpsFile = NonNullable<DefaultsFile['followUps']>;
/** A part of the file that takes both names of the key. */
type Part = Pick<DefaultsFile, 'followUps' | 'updates'>;

const MODE_OF_UPDATES: Readonly<Record<NonNullable<Part['updates']>, FollowUpMode>> = {
  off: 'off',
  material: 'calm',
  all: 'all',
};

/** Returns the follow-ups of the topic or the defaults by either name of the key; undefined where there is neither. */
export function writtenFollowUps({ followUps, updates }: Part): FollowUpsFile | undefined {
  return followUps ?? (updates && MODE_OF_UPDATES[updates]);
}

/** Returns the follow-ups that a value of the file stands for. A value without intervals has those of the defaults. */
export function toFollowUps(written: FollowUpsFile): FollowUps {
  if (typeof written === 'string') return { ...DEFAULT_FOLLOW_UPS, mode: written };
  const { mode = DEFAULT_FOLLOW_UPS.mode, every } = written;
  return { ...DEFAULT_FOLLOW_UPS, mode, ...(every === undefined ? {} : interval(every)) };
}

/** Returns one warning if `updates` stands anywhere in the file: what to write in place of each of its values. */
export function renamedKeys({ defaults, topics }: ConfigFile): string[] {
  const values = new Set([defaults, ...topics].flatMap((part) => part?.updates ?? []));
  if (values.size === 0) return [];
  const pairs = [...values].map((value) => `"followUps: ${MODE_OF_UPDATES[value]}" for "updates: ${value}"`);
  return [`updates is now followUps: write ${pairs.join(', ')}`];
}
