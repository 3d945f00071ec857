import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FeedFormat } from './feed-formats.ts';

/**
 * What a link may be used for. `manage`: to see and change what a person receives. `stop`: to end it, by one click.
 * `mute`: to end it for one story.
 */
export type LinkPurpose = 'manage' | 'stop' | 'mute';

export interface SignedLink {
  readonly purpose: LinkPurpose;
  readonly subscriberId: string;
  /** Only for `mute`: the story of each topic of the mail. */
  readonly storyIds?: readonly string[];
}

const DAY_MS = 86_400_000;
/** People unsubscribe from mails that they have had for months; a link to everything else ends sooner. */
const VALID_MS: Readonly<Record<LinkPurpose, number>> = {
  manage: 30 * DAY_MS,
  stop: 400 * DAY_MS,
  mute: 14 * DAY_MS,
};
/** 128 bits. */
const SIGNATURE_BYTES = 16;

/** Returns a text for an address, signed with `key`: who it is for, what for, and until when. */
export function signLink(key: Uint8Array, link: SignedLink, now: number): string {
  const { purpose, subscriberId, storyIds = [] } = link;
  const until = Math.floor((now + VALID_MS[purpose]) / 1000).toString(36);
  const content = [purpose, subscriberId, storyIds.join('~'), until].join('.');
  return `${content}.${signatureOf(key, content).toString('base64url')}`;
}

/**
 * Reads a signed text. Returns `expired` or `invalid` if it is not to be used, or not for this purpose.
 */
export function readLink(
  key: Uint8Array,
  purpose: LinkPurpose,
  text: string,
  now: number,
): SignedLink | 'expired' | 'invalid' {
  const [given, subscriberId = '', stories = '', until = '', signature = '', ...more] = text.split('.');
  const signed = Buffer.from(signature, 'base64url');
  const expected = signatureOf(key, [given, subscriberId, stories, until].join('.'));
  if (given !== purpose || more.length > 0 || signed.length !== expected.length) return 'invalid';
  if (!timingSafeEqual(signed, expected)) return 'invalid';
  if (Number.parseInt(until, 36) * 1000 < now) return 'expired';
  return { purpose, subscriberId, ...(stories === '' ? {} : { storyIds: stories.split('~') }) };
}

/** Returns the part of the address of a topic's feed that nobody can guess. It works as long as the key exists. */
export function feedToken(key: Uint8Array, topicId: string): string {
  return signatureOf(key, `feed.${topicId}`).toString('base64url');
}

/** Returns whether a text is the `feedToken` of a topic, in a time that tells nothing about it. */
export function isFeedToken(key: Uint8Array, topicId: string, text: string): boolean {
  const [given, expected] = [Buffer.from(text), Buffer.from(feedToken(key, topicId))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Returns the path of a topic's feed below the address of the sign-up page. */
export function feedPath(key: Uint8Array, topicId: string, format: FeedFormat): string {
  return `feeds/${feedToken(key, topicId)}/${topicId}.${format}`;
}

function signatureOf(key: Uint8Array, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest().subarray(0, SIGNATURE_BYTES);
}
