import { z } from 'zod';
import type { ChatService } from '../../../functions/shared/model.ts';

/**
 * The formats and limits that each service documents, as the services check them. Written from their documents, not from our
 * code. Each returns a text of what is wrong, or '' for a message that the service accepts.
 */
export const DOCUMENTED: Readonly<Record<ChatService, (body: string) => string>> = {
  slack: (body) => faultOf(slackMessage, body),
  discord: (body) => faultOf(discordMessage, body),
  teams: (body) => (Buffer.byteLength(body) > 28 * 1024 ? 'more than 28 KB' : faultOf(teamsMessage, body)),
  ntfy: (body) => (Buffer.byteLength(body) > 2 * 4_096 ? 'more than 8 KiB' : faultOf(ntfyMessage, body)),
  telegram: (body) => faultOf(telegramMessage, body),
  webhook: (body) =>
    faultOf(z.object({ version: z.literal(1), id: z.string(), entries: z.array(z.any()) }), body),
};

function faultOf(schema: z.ZodType, body: string): string {
  const { error } = schema.safeParse(JSON.parse(body));
  return error ? z.prettifyError(error) : '';
}

const webUrl = z.string().regex(/^https?:\/\/[^\s"<>]+$/);

// https://docs.slack.dev/reference/block-kit/blocks, and "Escaping text" in formatting message text
const slackText = z
  .string()
  .max(40_000)
  .refine(
    (text) =>
      !/[<>]/.test(text.replace(/<https?:\/\/[^\s<>|]+\|[^<>]*>/g, '')) && !/&(?!(amp|lt|gt);)/.test(text),
    'unescaped control characters',
  );
const slackMessage = z.strictObject({
  text: slackText,
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
  blocks: z
    .array(
      z.union([
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({
            type: z.literal('plain_text'),
            text: z.string().min(1).max(150),
            emoji: z.boolean(),
          }),
        }),
        z.strictObject({
          type: z.literal('rich_text'),
          elements: z.array(
            z.strictObject({
              type: z.literal('rich_text_section'),
              elements: z.array(
                z.strictObject({
                  type: z.enum(['text', 'link']),
                  text: z.string().min(1).max(3_000),
                  url: webUrl.max(3_000).optional(),
                  style: z.strictObject({ bold: z.boolean() }).optional(),
                }),
              ),
            }),
          ),
        }),
      ]),
    )
    .max(50),
});

// https://discord.com/developers/docs/resources/webhook#execute-webhook and message#embed-object-embed-limits
const discordMessage = z
  .strictObject({
    content: z.string().min(1).max(2_000),
    // Only in forum channels.
    thread_name: z.string().min(1).max(100).optional(),
    allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
    embeds: z
      .array(
        z.strictObject({
          title: z.string().min(1).max(256).optional(),
          description: z.string().min(1).max(4_096).optional(),
          url: webUrl.max(2_048).optional(),
        }),
      )
      .max(10),
  })
  .refine(
    ({ embeds }) =>
      embeds.reduce((sum, { title = '', description = '' }) => sum + title.length + description.length, 0) <=
      6_000,
    'more than 6,000 characters in embeds',
  );

// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors and https://adaptivecards.io/explorer/
const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.literal('Large').optional(),
  weight: z.literal('Bolder').optional(),
  isSubtle: z.boolean().optional(),
  selectAction: z.strictObject({ type: z.literal('Action.OpenUrl'), url: webUrl }).optional(),
});
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          msteams: z.strictObject({ width: z.literal('Full') }),
          body: z.array(
            z.strictObject({
              type: z.literal('RichTextBlock'),
              inlines: z.array(textRun).min(1),
              spacing: z.enum(['Large', 'None']).optional(),
              separator: z.boolean().optional(),
            }),
          ),
        }),
      }),
    )
    .length(1),
});

// https://docs.ntfy.sh/publish/#publish-as-json and #limitations
const ntfyMessage = z.strictObject({
  topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
  title: z.string().min(1).max(250),
  message: z.string().refine((text) => Buffer.byteLength(text) <= 4_096, 'more than 4,096 bytes'),
  priority: z.int().min(1).max(5),
  tags: z.array(z.string()),
  click: webUrl.optional(),
});

// https://core.telegram.org/bots/api#sendmessage, #html-style and #replyparameters
const telegramMessage = z.strictObject({
  chat_id: z.string(),
  reply_parameters: z
    .strictObject({ message_id: z.int(), allow_sending_without_reply: z.boolean() })
    .optional(),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
  text: z.string().superRefine((text, context) => {
    const tags = text.match(/<[^>]*>/g) ?? [];
    const known = tags.every((tag) => /^<(\/?b|\/a|a href="https?:\/\/[^"<>]*")>$/.test(tag));
    if (!known) context.addIssue('unsupported start tag');
    if (/&(?!(amp|lt|gt|quot);)/.test(text) || /[<>]/.test(text.replace(/<[^>]*>/g, '')))
      context.addIssue('unescaped characters');
    const visible = text.replace(/<[^>]*>/g, '').replace(/&\w+;/g, '&');
    if (visible.length > 4_096) context.addIssue('message is too long');
    if (tags.length / 2 > 100) context.addIssue('more than 100 entities');
  }),
});
