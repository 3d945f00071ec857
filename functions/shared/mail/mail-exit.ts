import { type Exit, onlyStoryOf } from '../exit.ts';
import type { Alert } from '../model.ts';
import { OPERATIONS_TOPIC_ID } from '../pipeline.ts';
import { type LinkPurpose, signLink } from '../signed-link.ts';
import { subscriberId } from '../subscriber-id.ts';

/** Keeps the address of a link short. */
const MAX_STORIES = 20;

/** How a recipient changes or ends what they receive. */
export interface MailExit extends Pick<Exit, 'manage' | 'mute'> {
  /** Address that ends everything by one POST, https only. */
  readonly stop?: string;
}

/**
 * Returns the links by which the recipient of an email changes or ends what they receive; undefined for notices to operators.
 * @param alerts those in the email
 * @param pageUrl address of the sign-up page, with a slash at its end
 * @param at when the links begin, ms
 */
export function mailExit(
  key: Uint8Array,
  pageUrl: string,
  alerts: readonly Alert[],
  at: number,
  endpoint: string,
): MailExit | undefined {
  if (alerts.some(({ topicId }) => topicId === OPERATIONS_TOPIC_ID)) return undefined;
  const id = subscriberId({ protocol: 'email', endpoint });
  const storyIds = [...new Set(alerts.flatMap((alert) => onlyStoryOf(alert) ?? []))].slice(0, MAX_STORIES);
  const link = (purpose: LinkPurpose) =>
    `${pageUrl}${purpose}?link=${signLink(key, { purpose, subscriberId: id, ...(purpose === 'mute' ? { storyIds } : {}) }, at)}`;
  return {
    manage: link('manage'),
    ...(storyIds.length === 0 ? {} : { mute: link('mute') }),
    // RFC 8058 asks for https.
    ...(pageUrl.startsWith('https:') ? { stop: link('stop') } : {}),
  };
}
