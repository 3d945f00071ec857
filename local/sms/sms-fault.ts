import { SNSServiceException } from '@aws-sdk/client-sns';
import { isThrottled } from '../../functions/shared/aws/sns-channels.ts';
import { NOT_CONNECTED } from '../../functions/shared/aws/throttling.ts';
import { redactNumber } from '../../functions/shared/redact-address.ts';
import { shorten } from '../../functions/shared/text/safe-text.ts';

/** Why an SMS was not accepted, or may not have been. */
export interface SmsFault {
  /**
   * `retry`: certainly not accepted, and another try may succeed; `refused`: not accepted, and another try would not be
   * either; `unknown`: it may have been accepted, so another try could send it twice.
   */
  readonly kind: 'retry' | 'refused' | 'unknown';
  /** What happened and what to do, with the number redacted. */
  readonly detail: string;
}

/** Returns the fault behind an error of the SDK. `region`: where SNS was called. */
export function smsFault(error: unknown, region: string, number: string): SmsFault {
  // Some messages of SNS lack the plus sign.
  const said = oneLine(error).replaceAll(new RegExp(`\\+?${number.slice(1)}`, 'g'), redactNumber(number));
  const fault = (kind: SmsFault['kind'], text: string): SmsFault => ({ kind, detail: `${text}: ${said}` });
  const sns = `SNS in ${region}`;
  const name = error instanceof Error ? error.name : '';
  if (WRONG_CLOCK.test(said)) {
    // The SDK takes the time from the answer, so another try may succeed.
    return fault('retry', 'the clock of this machine differs from that of AWS; set it');
  }
  if (name.startsWith('ExpiredToken')) return credentialsFault(error);
  if (!(error instanceof SNSServiceException)) {
    if (isUnconnected(error))
      return fault('retry', `${sns} cannot be reached; check the network and AWS_REGION`);
    return fault('unknown', `${sns} gave no answer`);
  }
  if (isThrottled(error)) return fault('retry', `${sns} accepts no more messages for now`);
  if (name === 'ServiceUnavailable') return fault('retry', `${sns} is not available`);
  const status = error.$metadata.httpStatusCode ?? 0;
  if (status < 400 || status >= 500) return fault('unknown', `${sns} failed`);
  const advice = ADVICE.find(([pattern]) => pattern.test(`${name} ${error.message}`))?.[1];
  return fault('refused', `${sns} refused the SMS${advice === undefined ? '' : `; ${advice}`}`);
}

const WRONG_CLOCK = /RequestExpired|RequestTimeTooSkewed|Signature (expired|not yet current)/;

/** Returns the fault if there are no credentials, or they have expired. A new login helps without a restart. */
export function credentialsFault(error: unknown): SmsFault {
  return {
    kind: 'retry',
    detail: `there are no valid AWS credentials; log in again (aws sso login), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: ${oneLine(error)}`,
  };
}

/** What to do about a refusal, by the name and the text of the error. The first that matches counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /opted.?out/i,
    'the number has opted out (STOP): its owner must agree before you opt it in again, in the SNS console',
  ],
  [
    /sandbox|not verified|unverified/i,
    'the account is in the SMS sandbox: verify the number, or leave the sandbox (docs/sms.md)',
  ],
  [
    /originat/i,
    'this country needs an origination number or a sender ID: request one in the AWS End User Messaging console',
  ],
  [
    /AuthorizationError|AccessDenied|not authorized/i,
    'allow your user or role sns:Publish (docs/sms.md has the policy)',
  ],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|InvalidAccessKeyId|AuthFailure|OptInRequired|InvalidSecurity/,
    'check AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the clock of this machine; then start again',
  ],
  [/PhoneNumber|phone number/i, 'check the number under recipients'],
];

/** Errors of TLS come before the request, too. */
const NO_TLS = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** Returns whether there was no connection, so that nothing was sent. */
function isUnconnected(error: unknown): boolean {
  // Several addresses of a host were tried.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isUnconnected);
  if (!(error instanceof Error)) return false;
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  return (
    /^(connect|getaddrinfo)$/.test(syscall) ||
    NOT_CONNECTED.test(code) ||
    NO_TLS.test(code) ||
    /did not establish a connection/.test(error.message)
  );
}

const MAX_LENGTH = 300;

function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message || ('code' in error ? String(error.code) : '');
  return shorten(`${error.name}: ${text}`.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim(), MAX_LENGTH);
}
