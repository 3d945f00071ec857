import { readFileSync } from 'node:fs';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { packTopics } from '../../functions/match/topics-file.ts';
import { DEFAULT_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import type {
  ChatRecipient,
  Contact,
  Feed,
  PipelineConfig,
  Sender,
  SignupSettings,
  Subscription,
  Topic,
} from '../../functions/shared/model.ts';
import { NewsAlertsStack } from '../../lib/news-alerts-stack.ts';
import { disposableApp } from './disposable-app.ts';

/** The feature flags that a deployment has. */
export const CDK_CONTEXT: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'),
).context;

export function sampleTopics(count: number): Topic[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `topic-${index}`,
    name: `Topic ${index}`,
    query: { term: { text: 'heat pump', quoted: true } },
    deliver: { mode: 'now' },
    followUps: DEFAULT_FOLLOW_UPS,
  }));
}

export function sampleFeeds(count: number, every = 900_000): Feed[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `feed-${n}`,
    url: `https://feed-${n}.example/`,
    title: '',
    every,
    everyAtMost: every,
    offset: 0,
    tags: [],
    enabled: true,
  }));
}

export function sampleConfig(topics: readonly Topic[] = sampleTopics(2)): PipelineConfig {
  return { version: 'v', feeds: [], topics, firstPoll: 0, onAmbiguous: { email: 'resend', sms: 'skip' } };
}

/** A recipient at Slack, whose address is the value of `SLACK_NEWS`. */
export const SAMPLE_CHAT: ChatRecipient = {
  service: 'slack',
  url: `\${SLACK_NEWS}`,
  name: `\${SLACK_NEWS}`,
  topicIds: ['topic-1'],
};

/** HTML mail, and the sign-up that it needs. */
export const SAMPLE_MAIL = {
  signup: { topicIds: ['topic-0', 'topic-1'], smsPrefixes: [] },
  htmlEmail: { name: 'The desk', address: 'desk@news.example.se', domain: 'news.example.se' },
} as const;

export interface SampleStackOptions {
  /** @default two topics */
  readonly topics?: readonly Topic[];
  /** @default none */
  readonly feeds?: readonly Feed[];
  /** @default none */
  readonly secrets?: readonly string[];
  /** @default none */
  readonly operations?: readonly Contact[];
  /** @default nobody can sign up */
  readonly signup?: SignupSettings;
  /** @default SNS sends emails */
  readonly htmlEmail?: Sender;
  /** @default an email subscription to every topic */
  readonly subscriptions?: readonly Subscription[];
  /** @default none */
  readonly chats?: readonly ChatRecipient[];
  /** @default the stack's */
  readonly removalPolicy?: RemovalPolicy;
  /** @default false - esbuild is not run */
  readonly bundle?: boolean;
  /** @default false - CloudFormation's rules are not checked */
  readonly validated?: boolean;
}

/** A stack with the feature flags of a deployment. */
export function sampleStack(options: SampleStackOptions = {}): NewsAlertsStack {
  const { topics = sampleTopics(2), removalPolicy } = options;
  const app = disposableApp(
    options.bundle ? CDK_CONTEXT : { ...CDK_CONTEXT, 'aws:cdk:bundling-stacks': [] },
    options.validated,
  );
  return new NewsAlertsStack(app, 'NewsAlerts', {
    config: {
      ...sampleConfig(topics),
      feeds: options.feeds ?? [],
      ...(options.secrets ? { secrets: options.secrets } : {}),
      ...(options.signup ? { signup: options.signup } : {}),
      ...(options.htmlEmail ? { htmlEmail: options.htmlEmail } : {}),
    },
    topics: packTopics(topics),
    subscriptions:
      options.subscriptions ??
      topics.map(({ id }) => ({ topicId: id, protocol: 'email', endpoint: 'reader@example.org' })),
    ...(options.chats ? { chats: options.chats } : {}),
    ...(options.operations ? { operations: options.operations } : {}),
    ...(removalPolicy === undefined ? {} : { removalPolicy }),
  });
}
