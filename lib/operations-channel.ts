import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Contact, Protocol } from '../functions/shared/model.ts';

const PROTOCOLS: Readonly<Record<Protocol, SubscriptionProtocol>> = {
  email: SubscriptionProtocol.EMAIL,
  sms: SubscriptionProtocol.SMS,
};

export interface OperationsChannelProps {
  readonly topicName: string;
  /** The subscribers. */
  readonly contacts: readonly Contact[];
}

/** The channel for problems of the system itself, separate from the news because it has different readers. */
export class OperationsChannel extends Topic {
  constructor(scope: Construct, id: string, props: OperationsChannelProps) {
    super(scope, id, { topicName: props.topicName, enforceSSL: true });
    // `enforceSSL` adds a policy, which replaces SNS's default policy for services of the account.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatch',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const { protocol, endpoint } of props.contacts) {
      this.addSubscription({
        bind: () => ({
          subscriberId: `${protocol}:${endpoint}`,
          protocol: PROTOCOLS[protocol],
          endpoint,
        }),
      });
    }
  }
}
