import type { Usage } from '../../cli/cost/bill.ts';
import { createHandler } from '../../functions/chat/handler.ts';
import { renderAlert } from '../../functions/notify/render/render-alert.ts';
import { chatting, platformFromEnvironment, retrying } from '../../functions/shared/aws/platform.ts';
import type { Alert, ChatRecipient, PipelineConfig } from '../../functions/shared/model.ts';
import { chat, environment } from '../../functions/shared/pipeline.ts';
import { SDK_OPTIONS } from '../../test/simulation/aws/sdk-options.ts';
import { answerWith, readRequest, type WireRequest } from '../../test/simulation/aws/wire.ts';
import { assumptions } from './assumptions.ts';
import { inventedTopic } from './feeds.ts';
import { Meter } from './meter.ts';
import { MeteredDynamoDb, TABLE } from './metered-services.ts';
import { chunks } from './units.ts';

const BYTES_PER_GB = 1e9;
/** Alerts that are counted. Every one takes the same. */
const ALERTS = 20;

/** Returns what AWS bills for so many alerts to one recipient at a chat service, which accepts them. Counts some of them. */
export async function chatUseOf(alerts: number): Promise<Usage> {
  const meter = new Meter();
  meter.on = true;
  const table = new MeteredDynamoDb(meter);
  const topic = inventedTopic(0, false);
  const config: PipelineConfig = {
    version: 'v',
    feeds: [],
    topics: [topic],
    firstPoll: 0,
    onAmbiguous: { email: 'resend', sms: 'skip' },
  };
  const recipient: ChatRecipient = {
    service: 'slack',
    url: `\${SLACK_NEWS}`,
    name: `\${SLACK_NEWS}`,
    topicIds: [topic.id],
  };
  const variables = {
    SLACK_NEWS: 'https://hooks.slack.com/services/T00000000/B00000000/xxxxxxxxxxxxxxxxxxxxxxxx',
    [environment.table]: TABLE,
    [environment.queueUrl('chat')]: 'http://127.0.0.1/000000000000/chat',
    [environment.deadLettersUrl]: 'http://127.0.0.1/000000000000/chat-dead',
  };
  let calls = 0;
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: WireRequest) {
      calls++;
      const call = readRequest(request);
      if (call.service !== 'dynamodb')
        throw new TypeError(`${call.operation} is for alerts that wait or fail`);
      return { response: answerWith(call, () => table.answer(call.operation, call.input)) };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  let logged = 0;
  const log = (event: string, fields: object) => {
    const line = { level: 'INFO', message: event, timestamp: new Date(0).toISOString(), ...fields };
    logged += Buffer.byteLength(JSON.stringify(line)) + assumptions.logs.perLine;
  };
  const sdk = { ...SDK_OPTIONS, requestHandler };
  const platform = platformFromEnvironment(
    variables,
    { log: { debug: log, info: log, warn: log, error: log }, config: () => config },
    sdk,
  );
  const handle = createHandler(
    { ...platform, ...chatting(variables, sdk), ...retrying(variables, sdk), chats: () => [recipient] },
    async () => ({ kind: 'sent', answer: 'Slack answered 200 (ok)' }),
  );
  let requests = 0;
  for (let n = 0; n < ALERTS; n++) {
    const body = renderAlert(inventedAlert(topic.id, n)).json;
    // SNS sends, and the function receives and deletes.
    requests += 2 * chunks(Buffer.byteLength(body)) + 1;
    const attributes = { SentTimestamp: String(Date.now()) };
    const event = { Records: [{ messageId: `m${n}`, receiptHandle: '', body, attributes }] };
    const { batchItemFailures } = await handle(event as never, { getRemainingTimeInMillis: () => 60_000 });
    if (batchItemFailures.length > 0) throw new Error('expected the alert to be sent, but it failed');
  }
  const counts = Object.entries(meter.counts());
  const units = (prefix: string) =>
    counts.reduce((sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0), 0) / ALERTS;
  const { awsCall, chatService } = assumptions.lambda;
  const waited = chatService + (calls / ALERTS) * awsCall;
  const use: Usage = {
    'dynamodb-write': units('dynamodb.write.'),
    'dynamodb-read': units('dynamodb.read.'),
    'sqs-standard': requests / ALERTS,
    'lambda-requests': 1,
    'lambda-duration': (waited / 1_000) * (chat.memoryMb / 1_024),
    // Alerts are rarer than the five minutes for which the function keeps the value of a parameter.
    kms: 1,
    'logs-ingested': (logged / ALERTS + assumptions.logs.perInvocation) / BYTES_PER_GB,
  };
  return Object.fromEntries(Object.entries(use).map(([name, one]) => [name, one * alerts]));
}

function inventedAlert(topicId: string, n: number): Alert {
  const entry = {
    kind: 'new' as const,
    storyId: `story-${n}`,
    itemId: `item-${n}`,
    title: 'Ostrand and Veloza meet in Port Lumen to talk about the bridge',
    summary: 'x'.repeat(assumptions.news.summary),
    url: `https://news-${n}.example/articles/ostrand-and-veloza-meet-in-port-lumen`,
    feed: 'The Herald',
    published: '2026-03-02T10:00:00.000Z',
    why: [{ term: 'Ostrand', field: 'title' as const, snippet: 'Ostrand and Veloza meet in Port Lumen' }],
  };
  return { id: `alert-${n}`, topicId, topicName: 'Summit', kind: 'new', entries: [entry] };
}
