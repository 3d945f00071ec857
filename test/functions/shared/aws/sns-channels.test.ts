import type { ServerResponse } from 'node:http';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { platformFromEnvironment } from '../../../../functions/shared/aws/platform.ts';
import { snsChannels } from '../../../../functions/shared/aws/sns-channels.ts';
import type { Protocol, RenderedAlert, SmsSettings } from '../../../../functions/shared/model.ts';
import type { Channels } from '../../../../functions/shared/ports.ts';
import type { PublishedMessage } from '../../../../local/sns/outgoing-message.ts';
import { createSnsEndpoint } from '../../../../local/sns/sns-endpoint.ts';
import { listening, loopbackServer, refusingUrl } from '../../../helpers/loopback-server.ts';

const PREFIX = 'arn:aws:sns:us-east-1:000000000000:alerts-';
const OPERATIONS_ARN = 'arn:aws:sns:us-east-1:000000000000:operations';
const ALERT: RenderedAlert = {
  subject: 'Storm in Port Vell',
  email: 'Storm in Port Vell\nhttps://herald.test/1',
  sms: 'Storm in Port Vell',
  json: '{"v":1,"title":"Zürich 🌊"}',
};

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  return () => vi.unstubAllEnvs();
});

/** Returns the channels with the SDK client and the options that the product uses. */
function channelsAt(url: string, sms?: SmsSettings): Channels {
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', url);
  return platformFromEnvironment({
    CHANNEL_ARN_PREFIX: PREFIX,
    OPERATIONS_CHANNEL_ARN: OPERATIONS_ARN,
  }).channels(sms ? { sms } : {});
}

const SENDER = { name: 'The desk', address: 'desk@news.example.se', domain: 'news.example.se' };
const publish = (channels: Channels) => channels.publish('storms', ALERT, ['email', 'sms']);

describe('with an SNS endpoint', () => {
  async function started(topic: string) {
    const published: PublishedMessage[] = [];
    const endpoint = createSnsEndpoint({
      clock: () => 0,
      onPublish: (message) => published.push(message),
      onDelivery: () => undefined,
    });
    const url = await listening((request, response) => void endpoint.handle(request, response));
    await new SNSClient({ endpoint: url }).send(new CreateTopicCommand({ Name: topic }));
    return { url, published };
  }

  it('publishes a text for each protocol to the channel of the topic', async () => {
    const { url, published } = await started('alerts-storms');
    const outcome = await channelsAt(url).publish('storms', ALERT, ['sms']);
    expect(published).toEqual([
      expect.objectContaining({
        topicArn: `${PREFIX}storms`,
        subject: ALERT.subject,
        attributes: { protocols: ['sms'], 'AWS.SNS.SMS.SMSType': 'Transactional' },
      }),
    ]);
    const [publication] = published;
    expect(outcome).toEqual({ kind: 'published', messageId: publication?.messageId });
    const bodyFor = (protocol: string) => publication?.bodies[protocol] ?? publication?.bodies.default;
    expect(['email', 'sms', 'https', 'sqs', 'lambda'].map(bodyFor)).toEqual([
      ALERT.email,
      ALERT.sms,
      ALERT.json,
      ALERT.json,
      ALERT.json,
    ]);
  });

  it.each([
    [false, 'at once', ['email', 'sms']],
    [false, 'daily', ['daily', 'sms']],
    [false, 'all', ['email', 'daily', 'sms']],
    [true, 'at once', ['mail', 'sms']],
    [true, 'daily', ['mail-daily', 'sms']],
    [true, 'all', ['mail', 'mail-daily', 'sms']],
  ] as const)('names the readers of emails (by SES: %s), %s', async (isMailedBySes, readers, expected) => {
    const { url, published } = await started('alerts-storms');
    vi.stubEnv('AWS_ENDPOINT_URL_SNS', url);
    const channels = platformFromEnvironment({
      CHANNEL_ARN_PREFIX: PREFIX,
      OPERATIONS_CHANNEL_ARN: OPERATIONS_ARN,
    }).channels(isMailedBySes ? { htmlEmail: SENDER } : {});
    await channels.publish('storms', ALERT, ['email', 'sms'], readers);
    expect(published[0]?.attributes.protocols).toEqual(expected);
  });

  it('sends SMS with the configured settings, and sets none on other messages', async () => {
    const { url, published } = await started('alerts-storms');
    const attributes = async (sms: SmsSettings, protocols: readonly Protocol[]) => {
      await channelsAt(url, sms).publish('storms', ALERT, protocols);
      const { protocols: _protocols, ...others } = published.at(-1)?.attributes ?? {};
      return others;
    };
    expect(await attributes({ type: 'promotional', sender: 'NEWS' }, ['email', 'sms'])).toEqual({
      'AWS.SNS.SMS.SMSType': 'Promotional',
      'AWS.SNS.SMS.SenderID': 'NEWS',
    });
    expect(await attributes({ sender: 'NEWS' }, ['email'])).toEqual({});
  });

  it('reports a missing channel as refused', async () => {
    const { url, published } = await started('alerts-rates');
    const outcome = await publish(channelsAt(url));
    expect(outcome).toEqual({ kind: 'refused', detail: expect.stringMatching(/^NotFound\w*: /) });
    expect(published).toEqual([]);
  });
});

describe('with a server that fails', () => {
  const fault = (response: ServerResponse, status: number, code: string) =>
    response
      .writeHead(status, { 'content-type': 'text/xml' })
      .end(
        `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      );

  it.each([
    [400, 'InvalidParameter', 'refused'],
    [403, 'AuthorizationError', 'refused'],
    [400, 'SomethingNew', 'refused'],
    [400, 'Throttling', 'throttled'],
    [400, 'ThrottledException', 'throttled'],
    [403, 'RequestLimitExceeded', 'throttled'],
    [429, 'TooManyRequestsException', 'throttled'],
    [429, 'Other', 'throttled'],
    [500, 'InternalError', 'unknown'],
    [503, 'ServiceUnavailable', 'unknown'],
  ])('%d %s is %s, after one request unless SNS throttles', async (status, code, kind) => {
    const { url, requests } = await loopbackServer((response) => fault(response, status, code));
    expect(await publish(channelsAt(url))).toMatchObject({ kind, detail: expect.stringContaining(code) });
    if (kind === 'throttled') expect(requests.length).toBeGreaterThan(5);
    else expect(requests).toHaveLength(1);
  });

  it.each([
    ['an HTML page with 502', 502, '<html>Bad Gateway</html>'],
    ['no body with 500', 500, ''],
    ['200 and something else', 200, '<html>Welcome'],
  ])('%s is unknown, after one request', async (_name, status, body) => {
    const { url, requests } = await loopbackServer((response) => response.writeHead(status).end(body));
    expect(await publish(channelsAt(url))).toMatchObject({ kind: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  it('reports a connection that breaks before the answer as unknown, after one request', async () => {
    const { url, requests } = await loopbackServer((response) => response.socket?.resetAndDestroy());
    expect(await publish(channelsAt(url))).toEqual({
      kind: 'unknown',
      detail: expect.stringContaining('ECONNRESET'),
    });
    expect(requests).toHaveLength(1);
  });

  it('reports a missing answer as unknown, after one request', async () => {
    const { url, requests } = await loopbackServer(() => undefined);
    const client = new SNSClient({
      endpoint: url,
      maxAttempts: 1,
      requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
    });
    expect(await publish(snsChannels(client, PREFIX, OPERATIONS_ARN))).toEqual({
      kind: 'unknown',
      detail: expect.stringContaining('Timeout'),
    });
    expect(requests).toHaveLength(1);
  });

  it('reports an unreachable server as throttled, since the message was not sent', async () => {
    expect(await publish(channelsAt(await refusingUrl()))).toEqual({
      kind: 'throttled',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
