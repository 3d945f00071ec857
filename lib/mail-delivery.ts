import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Sender } from '../functions/shared/model.ts';
import { environment } from '../functions/shared/pipeline.ts';
import { DirectDelivery, type DirectDeliveryProps } from './direct-delivery.ts';

export interface MailDeliveryProps extends DirectDeliveryProps {
  readonly sender: Sender;
  /** Address of the sign-up page, which the links in mails lead to. */
  readonly signupUrl: string;
}

/** The function that sends alerts as HTML mail by SES to those who have confirmed a subscription to a channel. */
export class MailDelivery extends DirectDelivery {
  readonly function: Lambda;

  constructor(scope: Construct, id: string, props: MailDeliveryProps) {
    super(scope, id, 'mail', props);
    const { channels, sender, signupUrl } = props;
    this.allow(['sns:ListSubscriptionsByTopic'], [`${channels.arnPrefix}*`]);
    // IAM cannot restrict this to resources.
    this.allow(['sns:GetSubscriptionAttributes'], ['*']);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        // A mail that is complete with its headers counts as a raw one.
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        // The sender may be verified as an address or with its domain; in the sandbox, SES also asks for the recipient.
        resources: ['*'],
        conditions: { StringEquals: { 'ses:FromAddress': sender.address } },
      }),
    );
    this.function = this.createDelivery({
      environment: {
        [environment.channelPrefix]: channels.arnPrefix,
        [environment.signupUrl]: signupUrl,
      },
    });
  }
}
