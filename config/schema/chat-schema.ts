import { z } from 'zod';
import { chatAddressFault } from '../../functions/chat/chat-address-fault.ts';
import { referencesIn } from '../../functions/chat/references.ts';
import { isWebhookSecret } from '../../functions/chat/services/webhook.ts';
import type { ChatAddress, ChatService } from '../../functions/shared/model.ts';

/** The part of the schema that describes recipients at chat services: docs/chat.md. */

const url = z.string({ error: 'a web address' });
const isPrivate = z.literal(true, { error: 'true' }).optional().meta({
  description:
    'Lets the address be on this machine, in a private network, or at a server of your own that understands this service.',
});

interface WithUrl {
  readonly url?: string | undefined;
  readonly private?: true | undefined;
}

/** A text with `${NAME}` in it. What the name stands for is not known yet, so only the rest of the file is checked. */
const WITH_REFERENCE = String.raw`.*\$\{[A-Za-z_]\w*\}.*`;

/** Reports the fault of the address in a value of the schema. */
function checkAddress(service: ChatService) {
  return (context: z.core.ParsePayload<string | WithUrl>) => {
    const { value } = context;
    const address = typeof value === 'string' ? { url: value } : value;
    if (address.url === undefined || referencesIn(address.url).length > 0) return;
    const message = chatAddressFault(service, address.url, 'private' in address && address.private === true);
    const path = typeof value === 'string' ? [] : ['url'];
    if (message !== undefined) context.issues.push({ code: 'custom', message, path, input: address.url });
  };
}

const description = (text: string) => ({
  description: `${text} Write the secret as \${NAME} and put it into the environment or .env.`,
});

const incoming = (service: ChatService, noun: string, text: string) =>
  z
    .union([url, z.strictObject({ url, private: isPrivate }, { error: noun })], {
      error: `${noun}, or a map of url and private`,
    })
    .check(checkAddress(service))
    .optional()
    .meta(description(text));

const token = z
  .string({ error: 'an access token' })
  .regex(/^[\x21-\x7e]{1,500}$/, { error: 'an access token without spaces, such as tk_…' });

const CHAT_EXPECTED = 'the id of a chat, such as "-1001234567890", or the @name of a public channel';

/** The chat services of a recipient. */
export const chats = {
  slack: incoming('slack', 'an incoming webhook', 'An incoming webhook of Slack.'),
  discord: incoming('discord', 'a webhook', 'A webhook of a Discord channel.'),
  teams: incoming('teams', 'the address of a workflow', 'The address of a workflow of Microsoft Teams.'),
  ntfy: z
    .union(
      [
        url,
        z.strictObject(
          { url, token: token.optional(), private: isPrivate },
          { error: 'a map of url, token and private' },
        ),
      ],
      { error: 'the address of a topic, or a map of url, token and private' },
    )
    .check(checkAddress('ntfy'))
    .optional()
    .meta(description('A topic of ntfy.sh, or of an ntfy server of your own.')),
  telegram: z
    .strictObject(
      {
        token: z
          .string({ error: 'the token of a bot' })
          .regex(new RegExp(String.raw`^(\d{3,20}:[A-Za-z0-9_-]{20,100}|${WITH_REFERENCE})$`), {
            error: 'the token of a bot as @BotFather shows it, such as 123456:ABC…',
          }),
        chat: z.union(
          [
            z.string().regex(new RegExp(String.raw`^(-?\d{1,20}|@[A-Za-z]\w{3,40}|${WITH_REFERENCE})$`), {
              error: CHAT_EXPECTED,
            }),
            z.int(),
          ],
          { error: CHAT_EXPECTED },
        ),
        url: url.optional(),
        private: isPrivate,
      },
      { error: 'a map of token and chat' },
    )
    .check(checkAddress('telegram'))
    .optional()
    .meta(description('A Telegram bot, and the chat, group or channel that it writes to.')),
  webhook: z
    .strictObject(
      {
        url,
        secret: z
          .string({ error: 'a signing secret' })
          .refine((text) => referencesIn(text).length > 0 || isWebhookSecret(text), {
            error: 'whsec_ and 24 to 64 bytes in base64 (openssl rand -base64 32)',
          }),
        private: isPrivate,
      },
      { error: 'a map of url and secret' },
    )
    .check(checkAddress('webhook'))
    .optional()
    .meta(description('A program of yours that receives alerts as signed JSON.')),
} satisfies Record<ChatService, z.ZodType>;

const TELEGRAM_API = 'https://api.telegram.org';

type ChatsFile = { readonly [Name in ChatService]?: z.infer<(typeof chats)[Name]> };

/** Returns the addresses of an entry of `recipients` at chat services. */
export function chatAddresses(entry: ChatsFile): ChatAddress[] {
  const { slack, discord, teams, ntfy, telegram, webhook } = entry;
  const incoming = { slack, discord, teams, ntfy, webhook };
  return [
    ...Object.entries(incoming).flatMap(([service, written]) =>
      written === undefined
        ? []
        : [toAddress(service as ChatService, typeof written === 'string' ? { url: written } : written)],
    ),
    ...(telegram === undefined
      ? []
      : [toAddress('telegram', { ...telegram, url: telegram.url ?? TELEGRAM_API })]),
  ];
}

interface WrittenAddress {
  readonly url: string;
  readonly token?: string | undefined;
  readonly chat?: string | number | undefined;
  readonly secret?: string | undefined;
  readonly private?: true | undefined;
}

function toAddress(
  service: ChatService,
  { url, token, chat, secret, private: own }: WrittenAddress,
): ChatAddress {
  return {
    service,
    // With a name in it, an address is no URL yet.
    url: referencesIn(url).length > 0 ? url.trim() : new URL(url.trim()).href,
    ...(token === undefined ? {} : { token }),
    ...(chat === undefined ? {} : { chat: String(chat) }),
    ...(secret === undefined ? {} : { secret }),
    ...(own ? { private: own } : {}),
  };
}
