import { shorten } from '../../shared/text/safe-text.ts';
import { alertDocument, type Block, type Line } from '../alert-document.ts';
import { paginate } from '../paginate.ts';
import {
  type ChatRequest,
  JSON_HEADERS,
  jsonField,
  type Sending,
  type ServiceRow,
  saidIn,
  secretUrl,
  textOf,
} from '../service.ts';

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const MAX_EMBEDS = 10;
const MAX_EMBED_TITLE = 256;
const MAX_DESCRIPTION = 4_096;
const MAX_EMBEDS_TEXT = 6_000;
const MAX_CONTENT = 2_000;
const MAX_URL = 2_048;
const MAX_THREAD_NAME = 100;

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json: codes of answers about threads. */
const NEEDS_THREAD = 220_001;
const UNKNOWN_CHANNEL = 10_003;
const THREAD_LOCKED = 160_005;

interface Embed {
  readonly title?: string;
  readonly url?: string;
  readonly description?: string;
}

interface DiscordMessage {
  readonly content: string;
  readonly embeds: readonly Embed[];
  /** No text pings anybody. */
  readonly allowed_mentions: { readonly parse: readonly [] };
}

const HOST = /^((ptb|canary)\.)?discord(app)?\.com$/;

/** Webhooks of Discord: one embed for each item. */
export const discord: ServiceRow = {
  name: 'Discord',
  addressNoun: 'a webhook of Discord',
  exampleAddress: 'https://discord.com/api/webhooks/1234/…',
  secretsOf: secretUrl,
  spacingMs: 500,
  isOwnHost: (host) => HOST.test(host),
  isAddress: ({ hostname, pathname }) =>
    HOST.test(hostname) && /^\/api\/(v\d+\/)?webhooks\/\d+\/[^/]+$/.test(pathname),
  messages(alert, timeZone) {
    const { title, blocks } = alertDocument(alert, timeZone);
    const build = (some: readonly Block[], part: string): DiscordMessage => ({
      content: `**${fitted(title, MAX_CONTENT / 2)}${part}**`,
      embeds: some.map(embedOf),
      allowed_mentions: { parse: [] },
    });
    return paginate(blocks, build, ({ content, embeds }) => {
      const lengths = embeds.map(
        ({ title: headline = '', description = '' }) => headline.length + description.length,
      );
      return (
        content.length <= MAX_CONTENT &&
        embeds.length <= MAX_EMBEDS &&
        embeds.every(({ description = '' }) => description.length <= MAX_DESCRIPTION) &&
        lengths.reduce((sum, length) => sum + length, 0) <= MAX_EMBEDS_TEXT
      );
    }).map((message) => JSON.stringify(message));
  },
  request: (body, sending) => requestTo(body, sending, sending.thread),
  // Only forum channels have threads that a webhook can begin. The thread is the channel of its messages.
  threadOf: ({ body }, { url, body: sent }) =>
    jsonField(sent, 'thread_name') !== undefined || new URL(url).searchParams.has(THREAD_ID)
      ? textOf(jsonField(body, 'channel_id'))
      : undefined,
  newThread({ status, body: answer }, body, sending) {
    const code = jsonField(answer, 'code');
    const isGone = sending.thread !== undefined && (code === UNKNOWN_CHANNEL || code === THREAD_LOCKED);
    if (status < 400 || status >= 500 || !(code === NEEDS_THREAD || isGone)) return undefined;
    const thread_name = shorten(sending.threadName, MAX_THREAD_NAME);
    return requestTo(JSON.stringify({ ...JSON.parse(body), thread_name }), sending);
  },
  meaning({ status, body }) {
    const seconds = jsonField(body, 'retry_after');
    return status === 429 && typeof seconds === 'number' ? { pauseMs: Math.ceil(seconds * 1_000) } : {};
  },
  said: (answer) => (answer.status < 300 ? `message ${saidIn(answer, 'id')}` : saidIn(answer, 'message')),
  advice: ({ status }) =>
    status === 401 || status === 403 || status === 404
      ? 'the webhook was deleted: create a new one (docs/chat.md), and put its address in the place of the old one'
      : 'check the address, and create a new webhook if need be (docs/chat.md)',
};

const THREAD_ID = 'thread_id';

function requestTo(body: string, { address }: Sending, thread?: string): ChatRequest {
  const url = new URL(address.url);
  // Without this, Discord answers before it has stored the message.
  url.searchParams.set('wait', 'true');
  if (thread !== undefined) url.searchParams.set(THREAD_ID, thread);
  return { url: url.href, headers: JSON_HEADERS, body };
}

function embedOf(block: Block): Embed {
  const at = block.findIndex(({ spans }) => spans.some(({ bold, url }) => bold || url));
  const headline = block[at];
  if (headline?.rank !== 0) return { description: markdown(block) };
  const title = fitted(headline.spans.map(({ text }) => text).join(''), MAX_EMBED_TITLE);
  const url = headline.spans.find((span) => span.url !== undefined && span.url.length <= MAX_URL)?.url;
  const description = markdown(block.filter((_, n) => n !== at));
  return {
    title,
    ...(url === undefined ? {} : { url }),
    ...(description === '' ? {} : { description }),
  };
}

function markdown(lines: readonly Line[]): string {
  return lines
    .map(({ spans }) =>
      spans.map(({ text, bold }) => (bold ? `**${escaped(text)}**` : escaped(text))).join(''),
    )
    .join('\n');
}

/** Returns a text of which at most `max` characters are left after escaping. */
function fitted(text: string, max: number): string {
  for (let length = Math.min(text.length, max); ; length -= 8) {
    const result = escaped(shorten(text, length));
    if (result.length <= max) return result;
  }
}

/** Escapes what Discord reads as markup, mention, emoji or link. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<:@+-]|(?<=^\d+)\./g, (character) => `\\${character}`);
}
