import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NewsAlerts, type NewsAlertsProps } from './news-alerts.ts';

export type NewsAlertsStackProps = Omit<StackProps, 'tags'> & NewsAlertsProps;

/** News alerts and nothing else. */
export class NewsAlertsStack extends Stack {
  constructor(scope: Construct, id: string, props: NewsAlertsStackProps) {
    const { tags: _tags, ...stack } = props;
    super(scope, id, { description: 'news-alerts: feeds in, alerts out', ...stack });
    // An id that the CDK leaves out of logical ids and outputs.
    new NewsAlerts(this, 'Default', props);
  }
}
