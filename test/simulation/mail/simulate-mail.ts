import { marshall } from '@aws-sdk/util-dynamodb';
import { createHandler } from '../../../functions/mail/handler.ts';
import { mailing } from '../../../functions/shared/aws/platform.ts';
import { environment } from '../../../functions/shared/pipeline.ts';
import { onAmbiguousOf } from '../../../functions/shared/protocols.ts';
import { subscriberFilter } from '../../../functions/shared/subscriber-filter.ts';
import type { Item } from '../../../local/dynamodb/condition.ts';
import { SDK_OPTIONS } from '../aws/sdk-options.ts';
import { MemorySns, type MemorySubscription } from '../aws/sns.ts';
import { FailingService } from '../delivery/failing-service.ts';
import { type DeliveryRun, simulateDelivery } from '../delivery/simulate-delivery.ts';
import type { PublishedAlert } from '../run-record.ts';
import type { Scenario } from '../scenario.ts';
import { type MailPlan, mailPlanOf, type Origin, type PlannedReader } from './mail-plan.ts';
import { brokenMailRules } from './mail-rules.ts';
import { SENDER, sesHandler } from './simulated-ses.ts';

const CHANNEL_PREFIX = 'arn:aws:sns:us-east-1:000000000000:simulated-';

/** Delivers the alerts that a run has published as HTML mail by SES. */
export function simulateMail(
  scenario: Scenario,
  published: readonly PublishedAlert[],
): Promise<DeliveryRun | undefined> {
  const subject = { name: 'mail', random: scenario.mailing, often: 0.5 } as const;
  return simulateDelivery(scenario, published, subject, ({ time, random, record, topicIds, published }) => {
    const plan = mailPlanOf(random, topicIds, published);
    const { readers, calmFrom } = plan;
    const service = new FailingService({ name: 'mail', service: 'SES', time, random, record, calmFrom });
    const sns = new MemorySns({
      channels: new Set(topicIds.map((id) => `${CHANNEL_PREFIX}${id}`)),
      onPublish: () => undefined,
      onSms: () => undefined,
    });
    sns.subscriptions.push(...readers.flatMap(subscriptionsOf));
    return {
      plan,
      topicIds: new Set(topicIds),
      config: { htmlEmail: SENDER },
      environment: {
        [environment.channelPrefix]: CHANNEL_PREFIX,
        [environment.signupUrl]: 'https://news.example/',
      },
      records: recordsOf(topicIds, plan),
      sns: (operation, form) => sns.answer(operation, form),
      handlerOf: (platform, caller) => {
        const handler = sesHandler({ service, plan: plan.ses, readers, record }, caller);
        return createHandler({ ...platform, ...mailing({ ...SDK_OPTIONS, requestHandler: handler }) });
      },
      check: (evidence) =>
        brokenMailRules({
          ...evidence,
          readers,
          tries: service.tries,
          onAmbiguous: onAmbiguousOf(scenario.config, 'email'),
          lines: record.lines,
        }),
    };
  });
}

const arnOf = ({ id }: PlannedReader, topicId: string) => `${CHANNEL_PREFIX}${topicId}:${id}`;

function subscriptionsOf(reader: PlannedReader): MemorySubscription[] {
  const { endpoint, subscriptions } = reader;
  const contact = { protocol: 'email', endpoint } as const;
  return [...subscriptions].map(([topicId, origin]) => ({
    ...contact,
    arn: arnOf(reader, topicId),
    topicArn: `${CHANNEL_PREFIX}${topicId}`,
    isConfirmed: origin !== 'pending',
    filterPolicy: origin === 'unfiltered' ? '' : JSON.stringify(subscriberFilter(contact, reader)),
  }));
}

/** After the end of every run. */
const LATER = '2030-01-01T00:00:00Z';

/** Returns what other functions have stored: the choices of readers, the subscriptions of the file, and the key for links. */
function recordsOf(topicIds: readonly string[], { readers }: MailPlan): Item[] {
  const arnsOf = (reader: PlannedReader, wanted: Origin) =>
    Object.fromEntries(
      [...reader.subscriptions]
        .filter(([, origin]) => origin === wanted)
        .map(([topicId]) => [topicId, arnOf(reader, topicId)]),
    );
  const choices = readers.map((reader) => ({
    pk: `SUBSCRIBER#${reader.id}`,
    sk: 'SUBSCRIBER',
    protocol: 'email',
    subscriptions: arnsOf(reader, 'page'),
    ...(reader.isPaused ? { pausedUntil: LATER } : {}),
    muted: reader.mutedStories.map((storyId) => ({ storyId, until: LATER })),
    version: 1,
  }));
  const channels = topicIds.map((topicId) => ({
    pk: 'CHANNELS',
    sk: topicId,
    made: true,
    subscriptions: Object.fromEntries(
      readers
        .filter((reader) => reader.subscriptions.get(topicId) === 'file')
        .map((reader) => [reader.id, arnOf(reader, topicId)]),
    ),
  }));
  // A key that the function makes would be another one in each run.
  const key = { pk: { S: 'SIGNUP-KEY' }, sk: { S: 'KEY' }, key: { B: Buffer.alloc(32).toString('base64') } };
  return [...[...choices, ...channels].map((record) => marshall(record) as unknown as Item), key];
}
