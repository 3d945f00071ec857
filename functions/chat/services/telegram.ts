import { alertDocument, type Block, type Span } from '../alert-document.ts';
import { paginate } from '../paginate.ts';
import { JSON_HEADERS, jsonField, type ServiceRow, saidIn, textOf } from '../service.ts';

/** https://core.telegram.org/bots/api#sendmessage: characters after the markup is parsed. */
const MAX_TEXT = 4_096;
/** Telegram ignores further links and bold parts. */
const MAX_ENTITIES = 100;

/** A line before the blocks, as a block. */
const titleBlock = (title: string): Block => [{ rank: 0, spans: [{ text: title, bold: true }] }];

/** Chats, groups and channels of Telegram, through a bot. */
export const telegram: ServiceRow = {
  name: 'Telegram',
  addressNoun: 'the server of the Telegram Bot API',
  exampleAddress: 'https://api.telegram.org',
  secretsOf: ({ token = '' }) => [token],
  spacingMs: 1_000,
  isOwnHost: (host) => host === 'api.telegram.org',
  isAddress: ({ hostname, pathname, search }) =>
    hostname === 'api.telegram.org' && pathname === '/' && search === '',
  messages(alert, timeZone, { chat }) {
    const { title, blocks } = alertDocument(alert, timeZone);
    const build = (some: readonly Block[], part: string) => [titleBlock(`${title}${part}`), ...some];
    const isShort = (some: readonly Block[]) => {
      const spans = some.flat().flatMap((line) => line.spans);
      const breaks = some.flat().length + some.length;
      return (
        spans.reduce((sum, { text }) => sum + quiet(text).length, breaks) <= MAX_TEXT &&
        // A bold link is two entities.
        spans.reduce((sum, { bold, url }) => sum + (bold ? 1 : 0) + (url ? 1 : 0), 0) <= MAX_ENTITIES
      );
    };
    return paginate(blocks, build, isShort).map((some) =>
      JSON.stringify({
        chat_id: chat,
        text: some.map(html).join('\n\n'),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
      }),
    );
  },
  request: (body, { address: { url, token = '' }, thread }) => ({
    // Not resolved as a relative address: the colon of the token would end a scheme.
    url: `${url.replace(/\/$/, '')}/bot${token}/sendMessage`,
    headers: JSON_HEADERS,
    body: thread === undefined ? body : JSON.stringify({ ...JSON.parse(body), ...replyTo(thread) }),
  }),
  threadOf: ({ body }, { body: sent }) =>
    textOf(jsonField(sent, 'reply_parameters', 'message_id') ?? jsonField(body, 'result', 'message_id')),
  meaning({ status, body }) {
    const seconds = jsonField(body, 'parameters', 'retry_after');
    return status === 429 && typeof seconds === 'number' ? { pauseMs: seconds * 1_000 } : {};
  },
  said: (answer) =>
    answer.status < 300
      ? `message ${jsonField(answer.body, 'result', 'message_id')}`
      : saidIn(answer, 'description'),
  advice({ status, body }) {
    const moved = jsonField(body, 'parameters', 'migrate_to_chat_id');
    if (moved !== undefined) return `the group has become a supergroup: write chat: "${moved}"`;
    if (status === 401 || status === 404)
      return 'Telegram does not know the token: copy it from @BotFather again';
    if (status === 403)
      return 'the bot was blocked, or removed from the chat: let its owner start it or add it again';
    return 'check chat:, and that the bot is a member of it (docs/chat.md)';
  },
};

/** https://core.telegram.org/bots/api#replyparameters. A message that was deleted is no reason to refuse the reply. */
const replyTo = (message: string) => ({
  reply_parameters: { message_id: Number(message), allow_sending_without_reply: true },
});

function html(block: Block): string {
  return block.map(({ spans }) => spans.map(htmlSpan).join('')).join('\n');
}

function htmlSpan({ text, bold, url }: Span): string {
  const label = bold ? `<b>${escaped(quiet(text))}</b>` : escaped(quiet(text));
  return url === undefined ? label : `<a href="${escaped(url)}">${label}</a>`;
}

const ZERO_WIDTH_SPACE = '\u200b';

/** Puts an invisible space where Telegram would begin a mention, a hashtag, a command or a link. */
function quiet(text: string): string {
  return text.replace(/[@#](?=\S)|:\/(?=\/)|(?<!\S)\/(?=\w)/g, (found) => `${found}${ZERO_WIDTH_SPACE}`);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
