import { ALL_CHAT_SERVICES, type ChatAddress, type ChatService } from '../../../functions/shared/model.ts';

export const TOKEN = '123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr';
/** From the specification of Standard Webhooks. */
export const SIGNING_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The path of each service's addresses. */
const PATHS: Readonly<Record<ChatService, string>> = {
  slack: '/services/T00000000/B00000000/sLk3kEy7sLk3kEy7sLk3kEy7',
  discord: '/api/webhooks/1234/dSc3kEy7dSc3kEy7dSc3kEy7dSc3kEy7',
  teams: '/powerautomate/tMs3kEy7tMs3kEy7/triggers/manual/paths/invoke?sig=tMs3sIg7tMs3sIg7',
  ntfy: '/nTf3kEy7nTf3kEy7',
  telegram: '/',
  webhook: '/wHk3kEy7wHk3kEy7',
};

/** Returns an address at a server on this machine. */
export function addressAt(
  service: ChatService,
  origin: string,
  more: Partial<ChatAddress> = {},
): ChatAddress {
  return {
    service,
    url: `${origin}${PATHS[service]}`,
    private: true,
    ...(service === 'telegram' ? { token: TOKEN, chat: '-1001' } : {}),
    ...(service === 'webhook' ? { secret: SIGNING_SECRET } : {}),
    ...more,
  };
}

/** Returns the secrets in an address of `addressAt`. */
export const SECRETS = [
  ...Object.values(PATHS).flatMap((path) => path.match(/\w{16,}/g) ?? []),
  TOKEN,
  SIGNING_SECRET,
];

export const EACH_SERVICE = ALL_CHAT_SERVICES.map((service) => [service] as const);
