import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NewsAlerts, type NewsAlertsProps } from './news-alerts.ts';

export type NewsAlertsStackProps = Omit<StackProps, 'tags'> & NewsAlertsProps;

/** A stack that contains only news alerts. */
export class NewsAlertsStack extends Stack {
  constructor(scope: Construct, id: string, props: NewsAlertsStackProps) {
    const { tags: _tags, ...stack } = props;
    super(scope, id, { description: 'news-alerts: feeds in, alerts out', ...stack });
    // The CDK omits this id from logical ids and outputs.
    new NewsAlerts(this, 'Default', props);
  }
}
