import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';

export interface TickScheduleProps {
  /** The function to invoke at every tick. */
  readonly target: IFunction;
  /** Time between ticks. */
  readonly every: Duration;
  /**
   * The event of each tick.
   *
   * @default the event of EventBridge Scheduler
   */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Invokes a function at a fixed rate. A lost tick is not repeated, because the next one does its work. */
export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id);
    const { target, every, input } = props;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        Invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
          ],
        }),
      },
    });

    new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.rate(every),
      target: new LambdaInvoke(target, {
        // Otherwise the target would also allow every version and alias of the function.
        role: role.withoutPolicyUpdates(),
        retryAttempts: 0,
        maxEventAge: Duration.seconds(60),
        ...(input === undefined ? {} : { input: ScheduleTargetInput.fromObject(input) }),
      }),
    });
  }
}
