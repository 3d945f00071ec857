import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { SignupSettings } from '../functions/shared/model.ts';
import { CONFIG_FILE, environment, signup } from '../functions/shared/pipeline.ts';
import type { ChannelNames } from './channels.ts';
import type { DataLayer } from './data-layer.ts';
import type { NewsTable } from './news-table.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { TickSchedule } from './tick-schedule.ts';

export interface SignupEndpointProps {
  /** Name of the system, for its metrics. */
  readonly name: string;
  readonly table: NewsTable;
  readonly channels: ChannelNames;
  readonly config: DataLayer;
  readonly settings: SignupSettings;
}

/**
 * The public page on which people subscribe to topics, and change or end what they receive. Anyone on the internet can call
 * it, so SECURITY.md says what it withstands.
 */
export class SignupEndpoint extends PipelineFunction {
  /** The address of the page, known at deployment. Ends in a slash. */
  readonly url: string;
  /** Seconds. */
  readonly timeout = signup.timeout;

  constructor(scope: Construct, id: string, props: SignupEndpointProps) {
    super(scope, id);
    const { name, table, channels, config, settings } = props;
    this.allowRecords(table, signup.table);
    if (settings.feeds) this.allowRecords(table, signup.feedsTable);
    this.allow(['sns:Subscribe', 'sns:ListSubscriptionsByTopic', 'sns:Publish'], [`${channels.arnPrefix}*`]);
    // IAM cannot restrict these to resources.
    this.allow(['sns:GetSubscriptionAttributes', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'], ['*']);
    if (settings.smsPrefixes.length > 0) {
      // Phone numbers are no resources with ARNs, so this allows everything that is none.
      this.role.addToPrincipalPolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: ['sns:Publish'],
          notResources: [
            Stack.of(this).formatArn({ service: 'sns', region: '*', account: '*', resource: '*' }),
          ],
        }),
      );
    }
    const target = this.createFunction('signup', {
      timeout: Duration.seconds(signup.timeout),
      memorySize: signup.memoryMb,
      // The next run of the schedule does the work of a failed one.
      retryAttempts: 0,
      layers: [config],
      environment: {
        [environment.config]: config.file(CONFIG_FILE),
        [environment.system]: name,
        [environment.table]: table.tableName,
        [environment.channelPrefix]: channels.arnPrefix,
      },
    });
    this.url = target.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.BUFFERED,
    }).url;
    new TickSchedule(this, 'Settle', {
      target,
      every: Duration.minutes(signup.settleEveryMinutes),
      input: { settle: true },
    });
  }
}
