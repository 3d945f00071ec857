import { Aws, CfnCondition, CfnOutput, Duration, Fn, type RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { chatVersion } from '../config/recipients.ts';
import type { ChatRecipient, Contact, PipelineConfig, Subscription } from '../functions/shared/model.ts';
import {
  CONFIG_FILE,
  type DeployedQueueName,
  PROTOCOLS_ATTRIBUTE,
  queues,
  STAGES,
  type StageName,
  stages,
  TOPICS_FILE,
} from '../functions/shared/pipeline.ts';
import { Alarms } from './alarms.ts';
import { Channels, channelNames } from './channels.ts';
import { ChatDelivery } from './chat-delivery.ts';
import { DataLayer } from './data-layer.ts';
import { MailDelivery } from './mail-delivery.ts';
import { NewsTable } from './news-table.ts';
import { OperationsChannel } from './operations-channel.ts';
import { PipelineDashboard } from './pipeline-dashboard.ts';
import { PushEndpoint } from './push-endpoint.ts';
import { QueuePair } from './queue-pair.ts';
import { SignupEndpoint } from './signup-endpoint.ts';
import { StageFunction } from './stage-function.ts';
import { TickSchedule } from './tick-schedule.ts';

export interface NewsAlertsProps {
  /** The configuration of the stages, from `loadConfigFile`. */
  readonly config: PipelineConfig;
  /** The topics of the configuration, compiled by `packTopics`. */
  readonly topics: Uint8Array;
  /** The subscriptions to topics. Leave out placeholder addresses, because SNS would send messages to those too. */
  readonly subscriptions: readonly Subscription[];
  /**
   * Recipients at chat services, from `loadForDeployment`, so that their addresses contain names in place of
   * secrets. Leave out placeholders.
   *
   * @default none
   */
  readonly chats?: readonly ChatRecipient[];
  /**
   * Recipients of notices about the system itself.
   *
   * @default none, until somebody subscribes to the operations channel
   */
  readonly operations?: readonly Contact[];
  /**
   * Prefix of the names of queues, channels and alarms. Must be unique in the account and region, and must not change:
   * another name is another system.
   *
   * @default the name of the stack
   */
  readonly name?: string;
  /**
   * The policy for the table when the stack is deleted. `DESTROY` is for trials; it also turns off the table's deletion
   * protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether feeds on the machine that runs the functions (127.0.0.0/8, ::1) are fetched. For trials on an emulator of AWS
   * with feeds on the same machine.
   *
   * @default false - only feeds on the public internet are fetched
   */
  readonly loopbackFeeds?: boolean;
  /**
   * The account's monthly limit for SMS in USD, as set in SNS. The alarm goes off at four fifths of it.
   *
   * @default 1 - the limit of a new account
   */
  readonly smsSpendLimit?: number;
  /**
   * A deployment checks channels only when something has changed. A text that was not used before makes it also
   * recreate channels that were deleted by hand.
   *
   * @default no check
   */
  readonly recheck?: string;
  /**
   * Tags of all resources. Channels get them when they are created.
   *
   * @default `app: news-alerts`
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export const SYSTEM_NAME_EXPECTED =
  'a name of at most 60 letters, digits and hyphens that begins with a letter';

/**
 * Whether a text is a valid name of a system. Names of queues have at most 80 characters, including suffixes such as
 * `-items-dead`.
 */
export function isSystemName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{0,59}$/.test(name);
}

/** Every mail has links with which people leave, and they lead to the sign-up page. */
export const HTML_EMAIL_NEEDS_SIGNUP =
  'expected signup to be enabled beside htmlEmail, got none; set signup: enabled in the file';

/** Hosts of the consoles of partitions other than `aws`. */
const CONSOLES = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' };

/** CloudFormation allows 200 outputs, but a person reads far fewer. */
const MAX_CHANNEL_OUTPUTS = 50;

/** Returns the configuration for stages that do not fetch. It contains only the hosts of feed addresses. */
function withoutAddresses({ userAgent: _, secrets: _secrets, ...pipeline }: PipelineConfig): PipelineConfig {
  const feeds = pipeline.feeds.map(({ userAgent: _, ...feed }) => ({
    ...feed,
    url: `${new URL(feed.url).origin}/`,
  }));
  return { ...pipeline, feeds };
}

/** The pipeline on AWS, in the order in which items pass through it. */
export class NewsAlerts extends Construct {
  /** The table with all lasting data: feed states, items, stories and claims. */
  readonly table: Table;
  /** The channel for alarms and notices to the operators. */
  readonly operationsChannel: ITopic;
  readonly #channelArnPrefix: string;

  constructor(scope: Construct, id: string, props: NewsAlertsProps) {
    super(scope, id);
    const { config: pipeline, subscriptions, chats = [], removalPolicy, loopbackFeeds = false } = props;
    const tags = props.tags ?? { app: 'news-alerts' };
    const name = props.name ?? Stack.of(this).stackName;
    if (!isSystemName(name)) {
      throw new Error(`expected ${SYSTEM_NAME_EXPECTED}, got "${name}"; set name, or rename the stack`);
    }
    const names = channelNames(Stack.of(this), name);
    this.#channelArnPrefix = names.arnPrefix;

    const table = new NewsTable(this, 'Table', removalPolicy === undefined ? {} : { removalPolicy });
    this.table = table;

    const pair = (queueName: DeployedQueueName) =>
      new QueuePair(this, `${queueName}-queue`, { namePrefix: name, queueName, spec: queues[queueName] });
    const pairs = { feeds: pair('feeds'), items: pair('items'), hits: pair('hits') };
    const { signup: signupSettings, htmlEmail: sender } = pipeline;
    const chatQueues = chats.length > 0 ? pair('chat') : undefined;
    const mailQueues = sender ? pair('mail') : undefined;

    // Only match needs the queries, and it reads their compiled form.
    const topicsWithoutQueries = pipeline.topics.map(({ query: _query, ...topic }) => topic);
    const description = `news-alerts ${pipeline.version}`;
    const config = new DataLayer(this, 'Config', {
      name: 'news-alerts-config',
      files: {
        [CONFIG_FILE]: JSON.stringify({ ...withoutAddresses(pipeline), topics: topicsWithoutQueries }),
        [TOPICS_FILE]: props.topics,
      },
      description,
    });
    const addresses = new DataLayer(this, 'Addresses', {
      name: 'news-alerts-addresses',
      files: { [CONFIG_FILE]: JSON.stringify({ ...pipeline, topics: [] }) },
      description,
    });
    const channels = new Channels(this, 'Channels', {
      names,
      tags,
      table,
      config,
      configVersion: pipeline.version,
      subscriptions,
      deliveries: {
        ...(chatQueues
          ? {
              chat: {
                queues: chatQueues,
                topicIds: [...new Set(chats.flatMap(({ topicIds }) => topicIds))].sort(),
              },
            }
          : {}),
        ...(mailQueues
          ? { mail: { queues: mailQueues, topicIds: pipeline.topics.map(({ id: topicId }) => topicId) } }
          : {}),
      },
      ...(props.recheck === undefined ? {} : { recheck: props.recheck }),
    });

    this.operationsChannel = new OperationsChannel(this, 'Operations', {
      topicName: `${name}-operations`,
      contacts: props.operations ?? [],
    });
    const operations = this.operationsChannel;
    const { secrets: feedSecrets = [] } = pipeline;
    // Poll reads documents of strangers, so it may not read the secrets of chat services.
    const secrets = feedSecrets.length > 0 && chats.length === 0 ? ['*'] : feedSecrets;
    const endpoint =
      pipeline.push === false
        ? undefined
        : new PushEndpoint(this, 'Push', { name, table, feeds: pairs.feeds, config });
    const signup =
      signupSettings &&
      new SignupEndpoint(this, 'Signup', { name, table, channels: names, config, settings: signupSettings });
    const direct = { name, channels: names, table, config };
    const chatDelivery =
      chatQueues && new ChatDelivery(this, 'Chat', { ...direct, queues: chatQueues, recipients: chats });
    if (sender && !signup) throw new Error(HTML_EMAIL_NEEDS_SIGNUP);
    const mailDelivery =
      mailQueues &&
      sender &&
      signup &&
      new MailDelivery(this, 'Mail', { ...direct, queues: mailQueues, sender, signupUrl: signup.url });
    const deliveries = [chatDelivery, mailDelivery].filter((one) => one !== undefined);
    const layers = { config, addresses };
    const shared = {
      name,
      feeds: pipeline.feeds.length,
      table,
      queues: pairs,
      channels: names,
      operations,
      ...layers,
      secrets,
      loopbackFeeds,
      pushUrl: endpoint?.url,
      signupUrl: signup?.url,
    };
    const create = (stage: StageName) => new StageFunction(this, stage, { stage, ...shared });
    const functions = {
      dispatch: create('dispatch'),
      poll: create('poll'),
      match: create('match'),
      notify: create('notify'),
    };
    // Dispatch is updated last: an upgrade may change the ids of feeds, and stages with old code would take these for new
    // feeds.
    const { dispatch, ...others } = functions;
    for (const other of Object.values(others)) dispatch.function.node.addDependency(other.function);
    for (const stage of STAGES) {
      const target = functions[stage].function;
      // A new topic needs its channel and its subscriptions before its first alert.
      target.node.addDependency(channels);
      const { trigger } = stages[stage];
      if ('schedule' in trigger) {
        const every = Duration.minutes(trigger.schedule.everyMinutes);
        new TickSchedule(this, 'Tick', { target, every });
      }
    }

    const deployedQueues = {
      ...pairs,
      ...(chatQueues ? { chat: chatQueues } : {}),
      ...(mailQueues ? { mail: mailQueues } : {}),
    };
    const { all: alarms } = new Alarms(this, 'Alarms', {
      name,
      channel: this.operationsChannel,
      queues: deployedQueues,
      functions: [
        ...STAGES.map((stage) => ({ logGroup: functions[stage].logGroup, timeout: stages[stage].timeout })),
        channels,
        ...(endpoint ? [endpoint] : []),
        ...(signup ? [signup] : []),
        ...deliveries,
      ],
      feeds: pipeline.feeds,
      sms:
        [...subscriptions, ...(props.operations ?? [])].some(({ protocol }) => protocol === 'sms') ||
        (pipeline.signup?.smsPrefixes.length ?? 0) > 0,
      smsSpendLimit: props.smsSpendLimit ?? 1,
    });
    new PipelineDashboard(this, 'Dashboard', {
      name,
      queues: deployedQueues,
      functions: {
        dispatch: functions.dispatch.function,
        poll: functions.poll.function,
        match: functions.match.function,
        notify: functions.notify.function,
        ...(chatDelivery ? { chat: chatDelivery.function } : {}),
        ...(mailDelivery ? { mail: mailDelivery.function } : {}),
      },
      alarms,
    });
    this.#outputs(name, pipeline);
    if (signup)
      new CfnOutput(this, 'SignupUrl', { value: signup.url, description: 'Page on which people sign up.' });
    if (chats.length > 0) {
      new CfnOutput(this, 'ChatVersion', {
        value: chatVersion(chats),
        description: 'Version of the deployed recipients at chat services.',
      });
    }
    if (sender) {
      new CfnOutput(this, 'HtmlEmailFrom', {
        value: sender.address,
        description: 'Sender of HTML mail, to be verified in SES.',
      });
    }
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  /** Returns the ARN of the SNS topic for a watched topic's alerts. */
  channelArn(topicId: string): string {
    return `${this.#channelArnPrefix}${topicId}`;
  }

  /** Returns the host of the console, which CloudFormation determines from the partition at deployment. */
  #consoleHost(): string {
    return Object.entries(CONSOLES).reduce((others, [partition, host]) => {
      const isInPartition = new CfnCondition(this, `Is-${partition}`, {
        expression: Fn.conditionEquals(Aws.PARTITION, partition),
      });
      return Fn.conditionIf(isInPartition.logicalId, host, others).toString();
    }, 'console.aws.amazon.com');
  }

  #outputs(name: string, { version, topics }: PipelineConfig): void {
    const output = (id: string, value: string, description?: string) =>
      new CfnOutput(this, id, { value, ...(description ? { description } : {}) });
    output('TableName', this.table.tableName);
    output('ConfigVersion', version, 'Version of the deployed configuration.');
    const { region } = Stack.of(this);
    output(
      'DashboardUrl',
      `https://${this.#consoleHost()}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`,
    );
    output(
      'OperationsChannelArn',
      this.operationsChannel.topicArn,
      'Channel for alarms and for notices about feeds.',
    );
    output(
      'ChannelArnPrefix',
      this.#channelArnPrefix,
      'Append the id of a topic to get the ARN of its channel.',
    );
    if (topics.length <= MAX_CHANNEL_OUTPUTS) {
      const perTopic = new Construct(this, 'Channel');
      for (const { id } of topics) new CfnOutput(perTopic, id, { value: this.channelArn(id) });
    }
    // Without the filter, a subscriber would also receive messages that are repeated only for another protocol.
    const filter = JSON.stringify({ FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: ['email'] }) });
    output(
      'SubscribeCommand',
      `aws sns subscribe --topic-arn ${this.channelArn('TOPIC')} --protocol email --notification-endpoint you@example.com --attributes '${filter}'`,
      'Command to subscribe an address to a topic; replace TOPIC and the address.',
    );
  }
}
