import { createHmac } from 'node:crypto';
import { JSON_HEADERS, type ServiceRow } from '../service.ts';

/** The prefix of a secret, which is in base64. */
const SECRET_PREFIX = 'whsec_';

/**
 * Programs that receive the alert as JSON, signed as Standard Webhooks describes:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const webhook: ServiceRow = {
  name: 'Webhook',
  addressNoun: 'the https address of your program',
  exampleAddress: 'https://hooks.your-domain.org/news',
  secretsOf: ({ secret = '' }) => [secret],
  spacingMs: 0,
  isOwnHost: () => false,
  isAddress: () => true,
  messages: (alert) => [JSON.stringify({ version: 1, ...alert })],
  request(body, { address: { url, secret = '' }, id, now }) {
    const timestamp = String(Math.floor(now / 1_000));
    const signature = createHmac('sha256', keyOf(secret))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    return {
      url,
      headers: {
        ...JSON_HEADERS,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
    };
  },
  said: ({ body }) => body,
  advice: ({ status }) =>
    status === 410
      ? 'your program wants no more messages: remove it from recipients'
      : 'check the address, and that your program accepts the signature: both sides need the same secret',
};

/** Returns the bytes that a secret encodes. */
function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
}

/** Returns whether a text is a secret as Standard Webhooks defines it: 24 to 64 bytes in base64 after its prefix. */
export function isWebhookSecret(text: string): boolean {
  const bytes = keyOf(text).length;
  return text.startsWith(SECRET_PREFIX) && /^\w+_[A-Za-z0-9+/]+=*$/.test(text) && bytes >= 24 && bytes <= 64;
}
