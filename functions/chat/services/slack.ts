import { shorten } from '../../shared/text/safe-text.ts';
import { alertDocument, type Block, type Span } from '../alert-document.ts';
import { paginate } from '../paginate.ts';
import { plainRequest, type ServiceRow, secretUrl } from '../service.ts';

/** https://docs.slack.dev/reference/block-kit/blocks */
const MAX_BLOCKS = 50;
const MAX_HEADER = 150;
/** The limit of a section's text. Rich texts keep it as well. */
const MAX_BLOCK_TEXT = 3_000;
/** Slack cuts the text at 40,000 characters; Mattermost, which shows nothing but the text, at 16,383. */
const MAX_TEXT = 12_000;

interface SlackMessage {
  /** What notifications and screen readers say, and what Mattermost shows. */
  readonly text: string;
  readonly blocks: readonly [object, ...RichText[]];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

interface RichText {
  readonly type: 'rich_text';
  readonly elements: readonly [
    { readonly type: 'rich_text_section'; readonly elements: readonly RichSpan[] },
  ];
}

interface RichSpan {
  readonly type: 'text' | 'link';
  readonly text: string;
  readonly url?: string;
  readonly style?: { readonly bold: true };
}

/**
 * Incoming webhooks of Slack. The blocks are rich text, whose elements are literal: no text in them is markup or a mention.
 */
export const slack: ServiceRow = {
  name: 'Slack',
  addressNoun: 'an incoming webhook of Slack',
  exampleAddress: 'https://hooks.slack.com/services/T…/B…/…',
  secretsOf: secretUrl,
  spacingMs: 1_000,
  isOwnHost: (host) => /^hooks\.slack(-gov)?\.com$/.test(host),
  isAddress: ({ hostname, pathname }) =>
    /^hooks\.slack(-gov)?\.com$/.test(hostname) && /^\/services\/[^/]+\/[^/]+\/[^/]+$/.test(pathname),
  messages(alert, timeZone) {
    const { title, blocks } = alertDocument(alert, timeZone);
    const build = (some: readonly Block[], part: string): SlackMessage => ({
      text: [escaped(`${title}${part}`), ...some.map(mrkdwn)].join('\n\n'),
      blocks: [
        {
          type: 'header',
          text: {
            type: 'plain_text',
            text: `${shorten(title, MAX_HEADER - part.length)}${part}`,
            emoji: false,
          },
        },
        ...some.map(richText),
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
    const fits = ({ text, blocks: [header, ...texts] }: SlackMessage) =>
      text.length <= MAX_TEXT &&
      [header, ...texts].length <= MAX_BLOCKS &&
      texts.every((one) => lengthOf(one) <= MAX_BLOCK_TEXT);
    return paginate(blocks, build, fits).map((message) => JSON.stringify(message));
  },
  request: plainRequest,
  said: ({ body }) => body,
  advice({ status, body }) {
    if (/channel_is_archived|channel_not_found/.test(body))
      return 'unarchive the channel, or create a webhook for another one';
    if (/action_prohibited|posting_to_general|team_access_not_granted/.test(body))
      return 'an administrator of the workspace has restricted posting there: ask them, or create a webhook for another channel';
    if (/no_text|invalid_payload|invalid_blocks/.test(body))
      return 'Slack does not accept the form of the message: please report this';
    return status === 403 || status === 404 || status === 410
      ? 'the webhook was removed: create a new one (docs/chat.md), and put its address in the place of the old one'
      : 'check the address, and create a new webhook if need be (docs/chat.md)';
  },
};

function richText(block: Block): RichText {
  const elements = block.flatMap(({ spans }, n): RichSpan[] => [
    ...(n === 0 ? [] : [{ type: 'text' as const, text: '\n' }]),
    ...spans.map(richSpan),
  ]);
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

const lengthOf = ({ elements: [section] }: RichText): number =>
  section.elements.reduce((sum, { text }) => sum + text.length, 0);

function richSpan({ text, bold, url }: Span): RichSpan {
  const style = bold ? { style: { bold } } : {};
  return url === undefined ? { type: 'text', text, ...style } : { type: 'link', url, text, ...style };
}

/** Returns a block in Slack's markup, which Mattermost reads as Markdown. */
function mrkdwn(block: Block): string {
  return block
    .map(({ spans }) =>
      spans
        .map(({ text, url }) =>
          url === undefined
            ? escaped(text)
            : `<${url.replaceAll('&', '&amp;').replaceAll('|', '%7C')}|${escaped(text)}>`,
        )
        .join(''),
    )
    .join('\n');
}

const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Escapes the three characters of Slack's markup. An invisible space ends the mentions (`@channel`), links and images that
 * Mattermost would recognise.
 */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=\S)|\](?=[([])|:\/(?=\/)/g, (found) => `${found}${ZERO_WIDTH_SPACE}`);
}
