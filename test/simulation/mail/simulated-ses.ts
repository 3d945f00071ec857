import { ALERTS_HEADER } from '../../../functions/shared/mail/alert-mail.ts';
import type { Sender } from '../../../functions/shared/model.ts';
import { headersOf } from '../../local/mail/mail-source.ts';
import { bodyText, requestHandler, type WireRequest, type WireResponse } from '../aws/wire.ts';
import type { ServicePlan } from '../delivery/delivery-plan.ts';
import type { FailingService, RequestFate } from '../delivery/failing-service.ts';
import type { Caller } from '../network.ts';
import type { RunRecord } from '../run-record.ts';
import type { PlannedReader } from './mail-plan.ts';

export const SENDER: Sender = { name: 'News', address: 'alerts@news.example', domain: 'news.example' };

interface SimulatedSesOptions {
  readonly service: FailingService;
  readonly plan: ServicePlan;
  readonly readers: readonly PlannedReader[];
  readonly record: RunRecord;
}

interface SendEmailInput {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly string[] };
  /** Base64. */
  readonly Content: { readonly Raw: { readonly Data: string } };
}

/** Returns the request handler for the SES client of an instance. */
export function sesHandler({ service, plan, readers, record }: SimulatedSesOptions, caller: Caller) {
  return requestHandler(async (request: WireRequest) => {
    // A dead instance sends nothing.
    if (caller.dead) return new Promise<never>(() => undefined);
    const { FromEmailAddress, Destination, Content } = JSON.parse(bodyText(request)) as SendEmailInput;
    const [endpoint = '', ...others] = Destination.ToAddresses;
    const reader = readers.find((one) => one.endpoint === endpoint);
    if (!reader || others.length > 0)
      throw new TypeError(`expected one reader, got ${Destination.ToAddresses}`);
    if (FromEmailAddress !== SENDER.address)
      record.broken.push(`the role of mail does not allow ses:SendEmail from ${FromEmailAddress}`);
    const body = Buffer.from(Content.Raw.Data, 'base64').toString();
    const id = headersOf(body)[ALERTS_HEADER.toLowerCase()] ?? '';
    const { fate } = await service.request({ to: reader.id, id, body }, caller, plan, (fate) =>
      fate === 'sent'
        ? { kind: 'sent', answer: '' }
        : { kind: 'retry', detail: fate, ...(REFUSED.includes(fate) ? {} : { mayBeSent: true }) },
    );
    return { response: responseTo(fate, endpoint) };
  });
}

/** SES has certainly not sent such a mail. */
const REFUSED: readonly RequestFate[] = ['throttled', 'sandbox', 'unreachable'];

/** Returns the answer of SES. Throws what the SDK's own handler throws if there is none. */
function responseTo(fate: RequestFate, endpoint: string): WireResponse {
  switch (fate) {
    case 'sent':
      return response(200, '', { MessageId: 'accepted' });
    case 'throttled':
      return response(429, 'TooManyRequestsException', { message: 'Maximum sending rate exceeded.' });
    case 'sandbox':
      return response(400, 'MessageRejected', { message: `Email address is not verified: ${endpoint}` });
    case 'down':
      return response(503, 'ServiceUnavailable', { message: 'Service unavailable' });
    case 'error':
    case 'error after':
      return response(500, 'InternalServiceErrorException', { message: 'Internal error' });
    case 'unreachable':
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    default:
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
  }
}

function response(statusCode: number, error: string, content: object): WireResponse {
  const headers = {
    'content-type': 'application/json',
    ...(error === '' ? {} : { 'x-amzn-errortype': error }),
  };
  return { statusCode, headers, body: Buffer.from(JSON.stringify(content)) };
}
