import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { mail, queues } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { SAMPLE_MAIL, sampleStack } from './sample-stack.ts';

const { signup, htmlEmail } = SAMPLE_MAIL;
const without = new ReadableTemplate(sampleStack({ signup }));
const stack = sampleStack(SAMPLE_MAIL);
const withMail = new ReadableTemplate(stack);

describe('HTML mail', () => {
  it('adds these resources to a stack with sign-up', () => {
    const added = Object.entries(withMail.resources).filter(([id]) => !(id in without.resources));
    expect(added.map(([, { Type }]) => Type.replace('AWS::', '')).toSorted()).toEqual([
      'CloudWatch::Alarm',
      'CloudWatch::Alarm',
      'IAM::Policy',
      'IAM::Role',
      'Lambda::EventSourceMapping',
      'Lambda::Function',
      'Logs::LogGroup',
      'Logs::MetricFilter',
      'Logs::MetricFilter',
      'SQS::Queue',
      'SQS::Queue',
      'SQS::QueuePolicy',
      'SQS::QueuePolicy',
    ]);
  });

  it('leaves a stack without it as it is', () => {
    expect(JSON.stringify(without.template.toJSON())).not.toMatch(/mailqueue|ses:|HtmlEmail/);
  });

  it('is not deployed without sign-up, whose page its links lead to', () => {
    expect(() => sampleStack({ htmlEmail })).toThrow('expected signup to be enabled beside htmlEmail');
  });

  it('has a queue that is subscribed to every channel', () => {
    const { Content } = withMail.properties('AWS::Lambda::LayerVersion', 'ChannelsRecipients') as {
      Content: { S3Key: string };
    };
    const asset = `asset.${Content.S3Key.replace('.zip', '')}`;
    const file = 'nodejs/node_modules/news-alerts-recipients/index.json';
    const subscriptions = JSON.parse(
      readFileSync(join(Stage.of(stack)?.outdir ?? '', asset, file), 'utf8'),
    ) as { protocol: string }[];
    expect(subscriptions.filter(({ protocol }) => protocol === 'sqs')).toEqual([
      { topicId: 'topic-0', protocol: 'sqs', endpoint: 'mail' },
      { topicId: 'topic-1', protocol: 'sqs', endpoint: 'mail' },
    ]);
    const { visibilityTimeout } = queues.mail;
    expect(visibilityTimeout).toBeGreaterThanOrEqual(6 * mail.timeout);
    expect(withMail.properties('AWS::SQS::Queue', 'mailqueueQueue')).toMatchObject({
      VisibilityTimeout: visibilityTimeout,
      QueueName: 'NewsAlerts-mail',
    });
  });

  it('may send from its sender alone, and read who is subscribed', () => {
    const role = withMail.roles().find((id) => id.startsWith('Mail')) ?? '';
    const allowed = withMail.allowed(role).filter((line) => /ses:|sns:/.test(line));
    expect(allowed.toSorted()).toEqual([
      'Allow ses:SendEmail * if StringEquals ses:FromAddress desk@news.example.se',
      'Allow ses:SendRawEmail * if StringEquals ses:FromAddress desk@news.example.se',
      'Allow sns:GetSubscriptionAttributes *',
      'Allow sns:ListSubscriptionsByTopic arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-channel-*',
    ]);
    const keys = withMail.allowed(role).filter((line) => line.includes('dynamodb:'));
    expect(keys.map((line) => line.split('LeadingKeys ')[1]).toSorted()).toEqual(
      ['CHANNELS', 'SUBSCRIBER#*', 'SIGNUP-KEY', 'SIGNUP-KEY', ...Array(4).fill('MAIL#*')].toSorted(),
    );
  });

  it('knows the page of its links, and names its sender', () => {
    const { Environment } = withMail.properties('AWS::Lambda::Function', 'MailFunction') as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(text(Environment.Variables.NEWS_ALERTS_SIGNUP_URL)).toContain('FunctionUrl');
    expect(withMail.template.findOutputs('HtmlEmailFrom')).toMatchObject({
      HtmlEmailFrom: { Value: 'desk@news.example.se' },
    });
  });

  it('has alarms, and a row on the dashboard', () => {
    const alarms = Object.values(withMail.template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmName as string,
    );
    expect(alarms.filter((name) => name.endsWith('mail')).toSorted()).toEqual([
      'NewsAlerts-dead-mail',
      'NewsAlerts-waiting-mail',
    ]);
    expect(JSON.stringify(withMail.properties('AWS::CloudWatch::Dashboard', 'Dashboard'))).toContain(
      'mail: waiting',
    );
  });
});
