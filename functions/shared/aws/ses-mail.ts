import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SendOutcome } from '../delivery/outcome.ts';
import type { RawMail } from '../mail/raw-mail.ts';
import type { Sender } from '../model.ts';
import { shorten } from '../text/safe-text.ts';
import { isThrottling, NOT_CONNECTED, retryThrottled } from './throttling.ts';

const THROTTLED = /Throttl|TooManyRequests/i;
/** The rate limit of SES is for each second. */
const RETRIES = { minPauseMs: 500, maxPausesMs: 4_000 };
const MAX_SAID = 300;

/**
 * Returns a function that sends mails through the API of SES. It repeats only what SES has refused because of its rate, and
 * never rejects. The retries of `client` must be off, because a retry may be a second mail.
 */
export function sesMail(client: SESv2Client, { address }: Pick<Sender, 'address'>) {
  return async ({ data, to }: RawMail): Promise<SendOutcome> => {
    const command = new SendEmailCommand({
      FromEmailAddress: address,
      Destination: { ToAddresses: [to] },
      Content: { Raw: { Data: data } },
    });
    try {
      const { MessageId = '' } = await retryThrottled(() => client.send(command), {
        ...RETRIES,
        isThrottled,
      });
      return { kind: 'sent', answer: MessageId };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

function isThrottled(error: unknown): boolean {
  return error instanceof SESv2ServiceException && isThrottling(error, THROTTLED);
}

/** Advice on the errors of SES, by name or message. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/quota/i, 'SES has sent as many mails as the account may send in a day; ask AWS for more'],
  [/MessageRejected/, 'verify the sender in SES and leave the sandbox (docs/sign-up.md)'],
  [/NotVerified/, 'verify the sender in SES (docs/sign-up.md)'],
  [/SendingPaused|AccountSuspended/, 'see the reputation dashboard of SES'],
  [/AccessDenied/, 'deploy again, so that the role allows ses:SendEmail for the sender'],
];

/**
 * Without a connection the mail was not sent. Without an answer, or with a 5xx, the outcome is unknown. What SES refuses is
 * tried again, since the owner can mend all but a malformed request within the day.
 */
function outcomeOf(error: unknown): SendOutcome {
  if (!(error instanceof SESv2ServiceException)) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const detail = `SES cannot be reached: ${said(String(error))}`;
    return { kind: 'retry', detail, ...(NOT_CONNECTED.test(code) ? {} : { mayBeSent: true }) };
  }
  const { name, message } = error;
  const advice = ADVICE.find(([pattern]) => pattern.test(`${name} ${message}`))?.[1];
  const detail = `SES answered ${name}: ${said(message)}${advice === undefined ? '' : `; ${advice}`}`;
  if ((error.$metadata.httpStatusCode ?? 500) >= 500) return { kind: 'retry', detail, mayBeSent: true };
  return { kind: name === 'BadRequestException' ? 'refused' : 'retry', detail };
}

/** Answers of SES name the addresses that they are about. */
const said = (text: string) => shorten(text.replaceAll(ADDRESS, '…'), MAX_SAID);
const ADDRESS = /(?:"[^"]{1,64}"|[^\s<>",;:()]{1,64})@[^\s<>"',;:()]+/g;
