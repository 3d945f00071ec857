import { expect, it } from 'vitest';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleStack } from './sample-stack.ts';

const stack = new ReadableTemplate(sampleStack());
const dispatch = stack.id('AWS::Lambda::Function', 'dispatch');
const roleId = stack.id('AWS::IAM::Role', 'TickRole');

it('invokes dispatch every minute, exactly on time', () => {
  const schedule = stack.properties('AWS::Scheduler::Schedule', 'Tick');
  expect(schedule).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
  });
  const target = schedule.Target as Record<string, unknown>;
  expect(text(target.Arn)).toBe(`arn(${dispatch})`);
  expect(text(target.RoleArn)).toBe(`arn(${roleId})`);
});

it('never repeats a tick, because the next one does its work', () => {
  const { Target } = stack.properties('AWS::Scheduler::Schedule', 'Tick') as {
    Target: Record<string, unknown>;
  };
  expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  const invocation = stack.properties('AWS::Lambda::EventInvokeConfig', 'dispatch');
  expect(invocation).toMatchObject({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  expect(text(invocation.FunctionName)).toBe(`ref(${dispatch})`);
});

it('may invoke that function only, on behalf of this account only', () => {
  const role = stack.properties('AWS::IAM::Role', roleId);
  expect(role.AssumeRolePolicyDocument).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
  expect(stack.allowed(roleId)).toEqual([`Allow lambda:InvokeFunction arn(${dispatch})`]);
});
