import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import { sesMail } from '../../../../functions/shared/aws/ses-mail.ts';

const MAIL = { data: Buffer.from('Subject: Ferry\r\n\r\nIt sails.'), to: 'ann@example.org' };
const ANSWERS_WITHIN_MS = 500;

interface Request {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

let close = () => {};
afterEach(() => close());

/** Sends a mail to a stand-in for SES, which answers as the API reference describes. */
async function send(answer: (response: ServerResponse, nth: number) => void) {
  const requests: Request[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', body: JSON.parse(body) as Request['body'] });
      answer(response, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const client = new SESv2Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: ANSWERS_WITHIN_MS, throwOnRequestTimeout: true },
  });
  const outcome = await sesMail(client, { address: 'alerts@news.example.se' })(MAIL);
  return { outcome, requests };
}

const accept = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"0100-1"}');
const refuse = (status: number, name: string, message: string) => (response: ServerResponse) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
    .end(JSON.stringify({ message }));

describe('SES', () => {
  it('gets the mail as it is, for one recipient', async () => {
    const { outcome, requests } = await send(accept);
    expect(outcome).toEqual({ kind: 'sent', answer: '0100-1' });
    expect(requests).toEqual([
      {
        path: '/v2/email/outbound-emails',
        body: {
          FromEmailAddress: 'alerts@news.example.se',
          Destination: { ToAddresses: ['ann@example.org'] },
          Content: { Raw: { Data: MAIL.data.toString('base64') } },
        },
      },
    ]);
  });

  it('is asked again when it refuses because of its rate', async () => {
    const { outcome, requests } = await send((response, nth) =>
      nth === 1
        ? refuse(429, 'TooManyRequestsException', 'Maximum sending rate exceeded.')(response)
        : accept(response),
    );
    expect(outcome.kind).toBe('sent');
    expect(requests).toHaveLength(2);
  });

  it.each([
    [400, 'MessageRejected', 'Email address is not verified: ann@example.org', 'leave the sandbox', false],
    [400, 'MailFromDomainNotVerifiedException', 'no', 'verify the sender', false],
    [400, 'SendingPausedException', 'no', 'reputation', false],
    [403, 'AccessDeniedException', 'not authorized to perform ses:SendRawEmail', 'deploy again', false],
    [500, 'InternalFailure', 'no', 'SES answered InternalFailure', true],
  ] as const)(
    'that answers %i %s is tried later, with advice',
    async (status, name, message, advice, inDoubt) => {
      const { outcome } = await send(refuse(status, name, message));
      expect(outcome).toEqual({
        kind: 'retry',
        detail: expect.stringContaining(advice),
        ...(inDoubt ? { mayBeSent: true } : {}),
      });
      expect(JSON.stringify(outcome)).not.toContain('@');
    },
  );

  it('is not asked again about a mail that it cannot read', async () => {
    const { outcome } = await send(refuse(400, 'BadRequestException', 'Invalid raw message'));
    expect(outcome).toEqual({
      kind: 'refused',
      detail: 'SES answered BadRequestException: Invalid raw message',
    });
  });

  it('that gives no answer may have sent the mail', async () => {
    const { outcome } = await send(() => undefined);
    expect(outcome).toMatchObject({ kind: 'retry', mayBeSent: true });
  });

  it('that cannot be reached has not', async () => {
    const client = new SESv2Client({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    const outcome = await sesMail(client, { address: 'alerts@news.example.se' })(MAIL);
    expect(outcome).toEqual({ kind: 'retry', detail: expect.stringContaining('SES cannot be reached') });
  });
});
