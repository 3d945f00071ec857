import { Aws, CfnCondition, CfnOutput, Duration, Fn, type RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Contact, PipelineConfig, Subscription } from '../functions/shared/model.ts';
import {
  CONFIG_FILE,
  PROTOCOLS_ATTRIBUTE,
  type QueueName,
  queues,
  STAGES,
  type StageName,
  stages,
  TOPICS_FILE,
} from '../functions/shared/pipeline.ts';
import { Alarms } from './alarms.ts';
import { Channels, channelNames } from './channels.ts';
import { DataLayer } from './data-layer.ts';
import { NewsTable } from './news-table.ts';
import { OperationsChannel } from './operations-channel.ts';
import { PipelineDashboard } from './pipeline-dashboard.ts';
import { QueuePair } from './queue-pair.ts';
import { StageFunction } from './stage-function.ts';
import { TickSchedule } from './tick-schedule.ts';

export interface NewsAlertsProps {
  /** What the stages need of the user's file; `loadConfigFile` reads and checks it. */
  readonly config: PipelineConfig;
  /** Its topics, compiled by `packTopics`. */
  readonly topics: Uint8Array;
  /** Who receives a topic's alerts. Placeholder addresses must be left out: SNS would write to them. */
  readonly subscriptions: readonly Subscription[];
  /**
   * Who is told when the system itself is unwell.
   *
   * @default nobody, until somebody subscribes to the operations channel
   */
  readonly operations?: readonly Contact[];
  /**
   * Begins the names of queues, channels and alarms. Must be the account's and region's only one of its kind, and stay:
   * another name is another system.
   *
   * @default the name of the stack
   */
  readonly name?: string;
  /**
   * What becomes of the table when the stack is deleted. `DESTROY` is for trials: it also leaves the table without
   * protection from deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Lets feeds be fetched from the machine that the functions run on (127.0.0.0/8, ::1): for trials on an emulator of
   * AWS, where feeds are on the same machine.
   *
   * @default false - feeds are fetched from the public internet alone
   */
  readonly loopbackFeeds?: boolean;
  /**
   * What the account may spend on SMS in a month, USD: the limit set in SNS, of which the alarm goes off at four fifths.
   *
   * @default 1 - that of a new account
   */
  readonly smsSpendLimit?: number;
  /**
   * Any text that was not given before has the deployment make channels again that somebody has deleted by hand; it looks
   * at channels only when something has changed.
   *
   * @default as before
   */
  readonly recheck?: string;
  /**
   * Tags of all resources; of channels when they are made.
   *
   * @default `app: news-alerts`
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export const SYSTEM_NAME_EXPECTED =
  'a name of at most 60 letters, digits and hyphens that begins with a letter';

/** Queues may have 80 characters, of which `-items-dead` and the like take some. */
export function isSystemName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]{0,59}$/.test(name);
}

/** Hosts of the consoles of partitions other than `aws`. */
const CONSOLES = { 'aws-cn': 'console.amazonaws.cn', 'aws-us-gov': 'console.amazonaws-us-gov.com' };

/** CloudFormation takes 200 outputs; a person reads far fewer. */
const MAX_CHANNEL_OUTPUTS = 50;

/** Returns the configuration of stages that do not fetch: feed addresses are cut to their hosts. */
function withoutAddresses({ userAgent: _, secrets: _secrets, ...pipeline }: PipelineConfig): PipelineConfig {
  const feeds = pipeline.feeds.map(({ userAgent: _, ...feed }) => ({
    ...feed,
    url: `${new URL(feed.url).origin}/`,
  }));
  return { ...pipeline, feeds };
}

/** The pipeline on AWS, in the order in which an item goes through it. */
export class NewsAlerts extends Construct {
  /** Feed states, items, stories, claims: all that must survive. */
  readonly table: Table;
  /** Where alarms go. */
  readonly operationsChannel: ITopic;
  readonly #channelArnPrefix: string;

  constructor(scope: Construct, id: string, props: NewsAlertsProps) {
    super(scope, id);
    const { config: pipeline, subscriptions, removalPolicy, loopbackFeeds = false } = props;
    const tags = props.tags ?? { app: 'news-alerts' };
    const name = props.name ?? Stack.of(this).stackName;
    if (!isSystemName(name)) {
      throw new Error(`expected ${SYSTEM_NAME_EXPECTED}, got "${name}"; set name, or name the stack so`);
    }
    const names = channelNames(Stack.of(this), name);
    this.#channelArnPrefix = names.arnPrefix;

    const table = new NewsTable(this, 'Table', removalPolicy === undefined ? {} : { removalPolicy });
    this.table = table;

    const pair = (queueName: QueueName) =>
      new QueuePair(this, `${queueName}-queue`, { namePrefix: name, queueName, spec: queues[queueName] });
    const pairs = { feeds: pair('feeds'), items: pair('items'), hits: pair('hits') };

    // What topics watch for stands in their compiled form alone, which match opens and no other stage needs.
    const delivered = pipeline.topics.map(({ query: _query, ...topic }) => topic);
    const description = `news-alerts ${pipeline.version}`;
    const config = new DataLayer(this, 'Config', {
      name: 'news-alerts-config',
      files: {
        [CONFIG_FILE]: JSON.stringify({ ...withoutAddresses(pipeline), topics: delivered }),
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
      ...(props.recheck === undefined ? {} : { recheck: props.recheck }),
    });

    this.operationsChannel = new OperationsChannel(this, 'Operations', {
      topicName: `${name}-operations`,
      contacts: props.operations ?? [],
    });
    const operations = this.operationsChannel;
    const secrets = (pipeline.secrets ?? []).length > 0;
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
    };
    const built = (stage: StageName) => new StageFunction(this, stage, { stage, ...shared });
    const functions = {
      dispatch: built('dispatch'),
      poll: built('poll'),
      match: built('match'),
      notify: built('notify'),
    };
    // An upgrade may give feeds other ids. To a stage with its old code they are new feeds, so dispatch sends them last.
    const { dispatch, ...others } = functions;
    for (const other of Object.values(others)) dispatch.function.node.addDependency(other.function);
    for (const stage of STAGES) {
      const target = functions[stage].function;
      // What is found for a new topic must find its channel, and who is subscribed to it.
      target.node.addDependency(channels);
      const { trigger } = stages[stage];
      if ('schedule' in trigger) {
        const every = Duration.minutes(trigger.schedule.everyMinutes);
        new TickSchedule(this, 'Tick', { target, every });
      }
    }

    const { all: alarms } = new Alarms(this, 'Alarms', {
      name,
      channel: this.operationsChannel,
      queues: pairs,
      functions: [
        ...STAGES.map((stage) => ({ logGroup: functions[stage].logGroup, timeout: stages[stage].timeout })),
        channels,
      ],
      feeds: pipeline.feeds,
      sms: [...subscriptions, ...(props.operations ?? [])].some(({ protocol }) => protocol === 'sms'),
      smsSpendLimit: props.smsSpendLimit ?? 1,
    });
    new PipelineDashboard(this, 'Dashboard', {
      name,
      queues: pairs,
      functions: {
        dispatch: functions.dispatch.function,
        poll: functions.poll.function,
        match: functions.match.function,
        notify: functions.notify.function,
      },
      alarms,
    });
    this.#outputs(name, pipeline);
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  /** The SNS topic to which a watched topic's alerts are published. */
  channelArn(topicId: string): string {
    return `${this.#channelArnPrefix}${topicId}`;
  }

  /** Known at the deployment: a stack may be synthesised for any partition. */
  #consoleHost(): string {
    return Object.entries(CONSOLES).reduce((others, [partition, host]) => {
      const isThere = new CfnCondition(this, `Is-${partition}`, {
        expression: Fn.conditionEquals(Aws.PARTITION, partition),
      });
      return Fn.conditionIf(isThere.logicalId, host, others).toString();
    }, 'console.aws.amazon.com');
  }

  #outputs(name: string, { version, topics }: PipelineConfig): void {
    const output = (id: string, value: string, description?: string) =>
      new CfnOutput(this, id, { value, ...(description ? { description } : {}) });
    output('TableName', this.table.tableName);
    output('ConfigVersion', version, 'Of the configuration that was deployed.');
    const { region } = Stack.of(this);
    output(
      'DashboardUrl',
      `https://${this.#consoleHost()}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`,
    );
    output(
      'OperationsChannelArn',
      this.operationsChannel.topicArn,
      'Alarms, and what there is to say of feeds, go there.',
    );
    output('ChannelArnPrefix', this.#channelArnPrefix, 'A topic id follows.');
    if (topics.length <= MAX_CHANNEL_OUTPUTS) {
      const perTopic = new Construct(this, 'Channel');
      for (const { id } of topics) new CfnOutput(perTopic, id, { value: this.channelArn(id) });
    }
    // With the filter, or the subscriber would also get what is published again for another protocol only.
    const filter = JSON.stringify({ FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: ['email'] }) });
    output(
      'SubscribeCommand',
      `aws sns subscribe --topic-arn ${this.channelArn('TOPIC')} --protocol email --notification-endpoint you@example.com --attributes '${filter}'`,
      'Replace TOPIC and the address.',
    );
  }
}
