import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { loadForDeployment } from '../config/load.ts';
import { deployedChats } from '../config/recipients.ts';
import { packTopics } from '../functions/match/topics-file.ts';
import { annotate } from './annotate.ts';
import {
  NewsAlerts as ConfiguredNewsAlerts,
  type NewsAlertsProps as ConfiguredNewsAlertsProps,
} from './news-alerts.ts';

export interface NewsAlertsProps
  extends Omit<ConfiguredNewsAlertsProps, 'config' | 'topics' | 'subscriptions' | 'chats' | 'operations'> {
  /** Path of the file with feeds, topics and recipients: docs/configuration.md. */
  readonly configFile: string;
  /**
   * Values of the names in the file, such as `${ALERTS_EMAIL}`.
   *
   * @default process.env
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** News alerts in a stack of another app, with everything derived from one file. */
export class NewsAlerts extends ConfiguredNewsAlerts {
  /** @throws Error when the file is not valid */
  constructor(scope: Construct, id: string, props: NewsAlertsProps) {
    const { configFile, environment = process.env, ...others } = props;
    const loaded = loadForDeployment(configFile, environment, 'configFile');
    const { config, subscriptions, chats, operations } = loaded;
    super(scope, id, {
      ...others,
      config,
      subscriptions,
      chats: deployedChats(chats),
      operations,
      topics: packTopics(config.topics),
    });
    annotate(this, loaded, props.name ?? Stack.of(this).stackName);
  }
}
