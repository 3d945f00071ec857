import { hash64 } from '../shared/hash.ts';
import type { ChatAddress } from '../shared/model.ts';

/** Hex digits of the hash in a name. They tell the webhooks of a host apart, and say next to nothing about a long secret. */
const HASH_LENGTH = 8;

/**
 * Returns what stands for an address wherever it is stored or shown: "hooks.slack.com/…3fa91c07", or "chat -100123 (bot 42)".
 * Contains no secret, and stays the same as long as the address does. An address that is only a name, such as `${SLACK_NEWS}`
 * in a deployment, is shown as it is.
 */
export function recipientName({ service, url, token = '', chat = '' }: ChatAddress): string {
  if (service === 'telegram') return `chat ${chat} (bot ${/^(\d+|\$\{\w+\})/.exec(token)?.[0] ?? '?'})`;
  if (/^\$\{\w+\}$/.test(url)) return url;
  return `${URL.parse(url)?.host ?? service}/…${hash64('chat', url).slice(0, HASH_LENGTH)}`;
}
