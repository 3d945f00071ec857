import { alertDocument, type Block, type Span } from '../alert-document.ts';
import { paginate } from '../paginate.ts';
import { plainRequest, type ServiceRow, saidIn, secretUrl } from '../service.ts';

/**
 * The limit is 28 KB for a message. The rest is room for what Teams adds.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
const MAX_BYTES = 27_000;

const HOST =
  /\.(logic\.azure\.(com|us|cn)|azure-apim\.(net|us)|powerplatform\.(com|us|cn)|powerautomate\.com|webhook\.office\.com|office365\.us)$/;

/**
 * Workflows of Microsoft Teams ("When a Teams webhook request is received"), and the connectors before them. All texts are
 * runs of rich text, in which Teams reads no Markdown.
 */
export const teams: ServiceRow = {
  name: 'Teams',
  addressNoun: 'the address of a workflow of Microsoft Teams',
  exampleAddress: 'https://….environment.api.powerplatform.com/powerautomate/…',
  secretsOf: secretUrl,
  spacingMs: 500,
  isOwnHost: (host) => HOST.test(host),
  isAddress: ({ hostname }) => HOST.test(hostname),
  messages(alert, timeZone) {
    const { title, blocks } = alertDocument(alert, timeZone);
    const build = (some: readonly Block[], part: string) => {
      const heading = {
        type: 'RichTextBlock',
        inlines: [{ type: 'TextRun', text: `${title}${part}`, size: 'Large', weight: 'Bolder' }],
      };
      const card = {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        msteams: { width: 'Full' },
        body: [heading, ...some.flatMap(richText)],
      };
      return JSON.stringify({
        type: 'message',
        attachments: [
          { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
        ],
      });
    };
    return paginate(blocks, build, (body) => Buffer.byteLength(body) <= MAX_BYTES);
  },
  request: plainRequest,
  meaning({ status, body }) {
    // The connectors answer 200 when Teams refuses the message.
    const inner = /HTTP error (\d{3})/.exec(body)?.[1];
    return status === 200 && inner !== undefined ? { status: Number(inner) } : {};
  },
  said: (answer) => saidIn(answer, 'error', 'message'),
  advice: ({ status }) =>
    status === 413
      ? 'Teams does not accept a message of this size: please report this'
      : 'the workflow was removed, turned off, or its owner has left: create a new one (docs/chat.md), and put its address in the place of the old one',
};

function richText(block: Block): object[] {
  return block.map(({ spans, rank }, n) => ({
    type: 'RichTextBlock',
    inlines: spans.map((span) => textRun(span, rank)),
    ...(n === 0 ? { spacing: 'Large', separator: true } : { spacing: 'None' }),
  }));
}

function textRun({ text, bold, url }: Span, rank: number): object {
  return {
    type: 'TextRun',
    text,
    ...(bold ? { weight: 'Bolder' } : {}),
    ...(rank === 0 ? {} : { isSubtle: true }),
    ...(url === undefined ? {} : { selectAction: { type: 'Action.OpenUrl', url } }),
  };
}
