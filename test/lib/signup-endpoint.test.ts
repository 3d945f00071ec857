import { expect, it } from 'vitest';
import type { SignupSettings } from '../../functions/shared/model.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleStack } from './sample-stack.ts';

const templateOf = (smsPrefixes: readonly string[], more: Pick<SignupSettings, 'feeds'> = {}) =>
  new ReadableTemplate(sampleStack({ signup: { topicIds: ['topic-0'], smsPrefixes, ...more } }));

/** Returns what the role of the page allows, without its log. */
function permissionsOf(stack: ReadableTemplate): string[] {
  return stack
    .allowed(stack.id('AWS::IAM::Role', 'SignupRole'))
    .filter((line) => !line.includes('logs:'))
    .map((line) =>
      line
        .replace('ForAllValues:StringLike dynamodb:LeadingKeys', 'key')
        .replace(/arn\(\w*Table[0-9A-F]{8}\)/, 'table')
        .replace('arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-', ''),
    )
    .sort();
}

const WITHOUT_SMS = [
  'Allow dynamodb:DeleteItem table if key SUBSCRIBER#* SIGNUP-CODE#*',
  'Allow dynamodb:GetItem table if key SIGNUP-KEY SIGNUP-LIMIT#* SIGNUP-SMS SIGNUP-DAILY SMS-PARTS',
  'Allow dynamodb:GetItem table if key SUBSCRIBER#* SIGNUP-CODE#*',
  'Allow dynamodb:PutItem table if key SIGNUP-KEY SIGNUP-LIMIT#* SIGNUP-SMS SIGNUP-DAILY SMS-PARTS',
  'Allow dynamodb:PutItem table if key SUBSCRIBER#* SIGNUP-CODE#*',
  'Allow dynamodb:Query table if key CHANNELS TOPIC#*',
  'Allow dynamodb:Query table/index/due if key SUBSCRIBERS',
  'Allow sns:GetSubscriptionAttributes *',
  'Allow sns:ListSubscriptionsByTopic channel-*',
  'Allow sns:Publish channel-*',
  'Allow sns:SetSubscriptionAttributes *',
  'Allow sns:Subscribe channel-*',
  'Allow sns:Unsubscribe *',
];

it('a stack without sign-up has nothing of it', () => {
  const stack = new ReadableTemplate(sampleStack());
  expect(Object.keys(stack.template.toJSON().Resources).filter((id) => /signup/i.test(id))).toEqual([]);
  expect(JSON.stringify(stack.template.toJSON())).not.toContain('NEWS_ALERTS_SIGNUP_URL');
});

it('the page may do exactly this, and publish to phones only if the configuration lets it', () => {
  expect(permissionsOf(templateOf([]))).toEqual(WITHOUT_SMS);
  const added = permissionsOf(templateOf(['+1'])).filter((line) => !WITHOUT_SMS.includes(line));
  expect(added).toEqual(['Allow sns:Publish not arn:<Partition>:sns:*:*:*']);
});

it('feeds of topics let the page read stored items, and nothing else', () => {
  const added = permissionsOf(templateOf([], { feeds: true })).filter((line) => !WITHOUT_SMS.includes(line));
  expect(added).toEqual(['Allow dynamodb:Query table if key ITEM#*']);
});

it('the page has a public address, which notify and the outputs know, and an hourly run', () => {
  const stack = templateOf([]);
  const [url] = Object.keys(stack.template.findResources('AWS::Lambda::Url')).filter((id) =>
    /Signup/.test(id),
  );
  expect(stack.properties('AWS::Lambda::Url', url ?? '')).toMatchObject({ AuthType: 'NONE' });
  const notify = stack.properties('AWS::Lambda::Function', stack.id('AWS::Lambda::Function', 'notify'));
  expect(text(Object(notify.Environment).Variables.NEWS_ALERTS_SIGNUP_URL)).toContain(url);
  const schedules = Object.values(stack.template.findResources('AWS::Scheduler::Schedule'));
  expect(
    schedules.map(({ Properties }) => [Properties.ScheduleExpression, Properties.Target.Input]),
  ).toContainEqual(['rate(1 hour)', '{"settle":true}']);
});

it('adds these resources, none of which costs anything while nobody calls the page', () => {
  const typesOf = (stack: ReadableTemplate) => Object.values(stack.resources).map(({ Type }) => Type);
  const before = typesOf(new ReadableTemplate(sampleStack()));
  const added = typesOf(templateOf([]));
  for (const type of before) added.splice(added.indexOf(type), 1);
  expect(added.sort()).toEqual([
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::IAM::Role',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::Function',
    'AWS::Lambda::Permission',
    'AWS::Lambda::Permission',
    'AWS::Lambda::Url',
    'AWS::Logs::LogGroup',
    'AWS::Logs::MetricFilter',
    'AWS::Logs::MetricFilter',
    'AWS::Scheduler::Schedule',
  ]);
});
