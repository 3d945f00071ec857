import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** What the stand-in does with a message: accept it, refuse it, never answer, or end the connection after reading it. */
export type SnsAnswer =
  | 'ok'
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly code: string; readonly message?: string }
  | { readonly status: number; readonly body: string };

export interface ReceivedSms {
  readonly to: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The Authorization header, with the key and the region. */
  readonly signedBy: string;
  /** `unanswered`: SNS took it, but its answer did not get through, as far as the stand-in knows. */
  outcome: 'accepted' | 'refused' | 'unanswered';
}

export interface SnsStandIn {
  readonly url: string;
  /** Everything that was received, whatever the answer. */
  readonly received: ReceivedSms[];
  answer: (sms: ReceivedSms) => SnsAnswer;
  /** Time before each answer, ms. */
  delay: number;
  stop(): Promise<void>;
}

export const THROTTLED = { status: 400, code: 'Throttling', message: 'Rate exceeded' } as const;

/** Starts the part of SNS that takes SMS, on loopback, until the end of the test. fauxqs and our own endpoint lack it. */
export async function startSnsStandIn(): Promise<SnsStandIn> {
  const sns = await listenForSms();
  onTestFinished(() => sns.stop());
  return sns;
}

/** Does the same until `stop` is called. */
export async function listenForSms(): Promise<SnsStandIn> {
  const sns: { -readonly [Key in keyof SnsStandIn]: SnsStandIn[Key] } = {
    url: '',
    received: [],
    answer: () => 'ok',
    delay: 0,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer(async (request, response) => {
    const input = new URLSearchParams(await text(request));
    const attributes: Record<string, string> = {};
    for (let n = 1; input.has(`MessageAttributes.entry.${n}.Name`); n++) {
      const of = (field: string) => input.get(`MessageAttributes.entry.${n}.${field}`) ?? '';
      attributes[of('Name')] = of('Value.StringValue');
    }
    const sms: ReceivedSms = {
      to: input.get('PhoneNumber') ?? '',
      text: input.get('Message') ?? '',
      attributes,
      signedBy: request.headers.authorization ?? '',
      outcome: 'unanswered',
    };
    sns.received.push(sms);
    const answer = sns.answer(sms);
    if (sns.delay > 0) await sleep(sns.delay);
    if (answer === 'hang') return;
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const id = `sms-${sns.received.length}`;
    if (answer === 'ok') {
      sms.outcome = 'accepted';
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>`,
      );
    } else if ('body' in answer) {
      sms.outcome = 'refused';
      response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.body);
    } else {
      sms.outcome = 'refused';
      const { status, code, message = code } = answer;
      response.writeHead(status, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sns.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sns;
}
