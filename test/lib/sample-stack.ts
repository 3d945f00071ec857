import { readFileSync } from 'node:fs';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { packTopics } from '../../functions/match/topics-file.ts';
import { DEFAULT_FOLLOW_UPS } from '../../functions/shared/default-follow-ups.ts';
import type { Contact, Feed, PipelineConfig, Subscription, Topic } from '../../functions/shared/model.ts';
import { NewsAlertsStack } from '../../lib/news-alerts-stack.ts';
import { disposableApp } from './disposable-app.ts';

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

export interface SampleStackOptions {
  /** @default two topics */
  readonly topics?: readonly Topic[];
  /** @default none */
  readonly feeds?: readonly Feed[];
  /** @default none */
  readonly secrets?: readonly string[];
  /** @default none */
  readonly operations?: readonly Contact[];
  /** @default an email subscription to every topic */
  readonly subscriptions?: readonly Subscription[];
  /** @default the stack's */
  readonly removalPolicy?: RemovalPolicy;
  /** @default false - esbuild is not run */
  readonly bundle?: boolean;
  /** @default false - CloudFormation's rules are not checked */
  readonly validated?: boolean;
}

/** A stack with the feature flags that a deployment has. */
export function sampleStack(options: SampleStackOptions = {}): NewsAlertsStack {
  const { topics = sampleTopics(2), removalPolicy } = options;
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const app = disposableApp(
    options.bundle ? context : { ...context, 'aws:cdk:bundling-stacks': [] },
    options.validated,
  );
  return new NewsAlertsStack(app, 'NewsAlerts', {
    config: {
      ...sampleConfig(topics),
      feeds: options.feeds ?? [],
      ...(options.secrets ? { secrets: options.secrets } : {}),
    },
    topics: packTopics(topics),
    subscriptions:
      options.subscriptions ??
      topics.map(({ id }) => ({ topicId: id, protocol: 'email', endpoint: 'reader@example.org' })),
    ...(options.operations ? { operations: options.operations } : {}),
    ...(removalPolicy === undefined ? {} : { removalPolicy }),
  });
}
