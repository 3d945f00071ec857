import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { ChatRecipient } from '../../functions/shared/model.ts';
import { chat, queues } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { SAMPLE_CHAT, sampleStack, sampleTopics } from './sample-stack.ts';

const BOT: ChatRecipient = {
  service: 'telegram',
  url: 'https://api.telegram.org/',
  token: `\${BOT}`,
  chat: '-1001',
  name: `chat -1001 (bot \${BOT})`,
  topicIds: ['topic-0', 'topic-1'],
};
const without = new ReadableTemplate(sampleStack());
const stack = sampleStack({ chats: [SAMPLE_CHAT, BOT] });
const withChats = new ReadableTemplate(stack);

/** Returns the content of a layer's file. */
function layerFile(prefix: string, name: string): unknown {
  const { Content } = withChats.properties('AWS::Lambda::LayerVersion', prefix) as {
    Content: { S3Key: string };
  };
  const asset = `asset.${Content.S3Key.replace('.zip', '')}`;
  const folder = join(Stage.of(stack)?.outdir ?? '', asset, 'nodejs/node_modules', name);
  return JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
}

describe('recipients at chat services', () => {
  it('add these resources to a stack, and change only what knows queues and subscriptions', () => {
    const added = Object.entries(withChats.resources).filter(([id]) => !(id in without.resources));
    expect(added.map(([, { Type }]) => Type.replace('AWS::', '')).toSorted()).toEqual([
      'CloudWatch::Alarm',
      'CloudWatch::Alarm',
      'IAM::Policy',
      'IAM::Role',
      'Lambda::EventSourceMapping',
      'Lambda::Function',
      'Lambda::LayerVersion',
      'Logs::LogGroup',
      'Logs::MetricFilter',
      'Logs::MetricFilter',
      'SQS::Queue',
      'SQS::Queue',
      'SQS::QueuePolicy',
      'SQS::QueuePolicy',
    ]);
    const changed = Object.entries(without.resources).filter(
      ([id, resource]) => JSON.stringify(resource) !== JSON.stringify(withChats.resources[id]),
    );
    const names = changed.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(names.toSorted()).toEqual(['Channels', 'ChannelsFunction', 'ChannelsRecipients', 'Dashboard']);
  });

  it('leave a stack without them as it is', () => {
    expect(JSON.stringify(without.template.toJSON())).not.toMatch(/chat/i);
    const empty = new ReadableTemplate(sampleStack({ chats: [] }));
    expect(empty.template.toJSON()).toEqual(without.template.toJSON());
  });

  it('are in a layer of their function, and their secrets nowhere', () => {
    expect(layerFile('ChatRecipients', 'news-alerts-chats')).toEqual([SAMPLE_CHAT, BOT]);
    const functionId = withChats.id('AWS::Lambda::Function', 'ChatFunction');
    const mounting = Object.entries(withChats.template.findResources('AWS::Lambda::Function')).filter(
      ([, { Properties }]) =>
        (Properties.Layers as unknown[]).some((layer) => text(layer).includes('ChatRecipients')),
    );
    expect(mounting.map(([id]) => id)).toEqual([functionId]);
    const { Environment } = withChats.properties('AWS::Lambda::Function', functionId) as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(Environment.Variables).toMatchObject({
      NEWS_ALERTS_PARAMETERS: '/news-alerts/NewsAlerts/',
      NEWS_ALERTS_CHATS: 'news-alerts-chats/index.json',
    });
    expect(JSON.stringify(withChats.template.toJSON())).not.toContain('api.telegram.org');
  });

  it('have a queue that is subscribed to the channels of their topics, and to no others', () => {
    const subscriptions = layerFile('ChannelsRecipients', 'news-alerts-recipients') as {
      protocol: string;
    }[];
    expect(subscriptions.filter(({ protocol }) => protocol === 'sqs')).toEqual([
      { topicId: 'topic-0', protocol: 'sqs', endpoint: 'chat' },
      { topicId: 'topic-1', protocol: 'sqs', endpoint: 'chat' },
    ]);
    const queueId = withChats.id('AWS::SQS::Queue', 'chatqueueQueue');
    const { Environment } = withChats.properties('AWS::Lambda::Function', 'ChannelsFunction') as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(text(Environment.Variables.CHAT_QUEUE_ARN)).toBe(`arn(${queueId})`);
    // SNS drops what a queue's policy does not allow yet.
    const policyId = withChats.id('AWS::SQS::QueuePolicy', 'chatqueueQueuePolicy');
    const resource = Object.values(withChats.template.findResources('Custom::Channels'))[0];
    expect(resource?.DependsOn).toContain(policyId);
    const { PolicyDocument } = withChats.properties('AWS::SQS::QueuePolicy', policyId) as {
      PolicyDocument: { Statement: { Effect: string }[] };
    };
    expect(PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'Channels',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: expect.anything(),
        Condition: { ArnLike: { 'aws:SourceArn': expect.anything() } },
      },
    ]);
    const [allowed] = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow') as {
      Condition?: { ArnLike: Record<string, unknown> };
    }[];
    expect(text(allowed?.Condition?.ArnLike['aws:SourceArn'])).toBe(
      'arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-channel-*',
    );
  });

  it('have a queue that SQS gives up only after the function has', () => {
    const { visibilityTimeout, maxReceiveCount } = queues.chat;
    expect(visibilityTimeout).toBeGreaterThanOrEqual(6 * chat.timeout);
    // If the function fails at every receive, the message must become a dead letter before SQS deletes it after four days.
    expect(visibilityTimeout * maxReceiveCount).toBeLessThan(4 * 86_400);
    const queue = withChats.properties('AWS::SQS::Queue', 'chatqueueQueue');
    expect(queue).toMatchObject({ VisibilityTimeout: visibilityTimeout, QueueName: 'NewsAlerts-chat' });
    expect(queue.RedrivePolicy).toMatchObject({ maxReceiveCount });
    const mapping = Object.values(withChats.template.findResources('AWS::Lambda::EventSourceMapping')).find(
      ({ Properties }) => text(Properties.EventSourceArn).includes('chatqueue'),
    );
    expect(mapping?.Properties).toMatchObject({
      BatchSize: chat.trigger.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('have alarms, and a row on the dashboard', () => {
    const alarms = Object.values(withChats.template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmName as string,
    );
    expect(alarms.filter((name) => name.endsWith('chat')).toSorted()).toEqual([
      'NewsAlerts-dead-chat',
      'NewsAlerts-waiting-chat',
    ]);
    const body = JSON.stringify(withChats.properties('AWS::CloudWatch::Dashboard', 'Dashboard'));
    for (const title of ['chat: runs', 'chat: time', 'chat: waiting', 'chat: dead'])
      expect(body).toContain(title);
  });

  it('have secrets that no other function may read', () => {
    const both = new ReadableTemplate(sampleStack({ chats: [SAMPLE_CHAT], secrets: ['KEY'] }));
    const lines = (name: string) =>
      both
        .allowed(both.roles().find((id) => id.startsWith(name)) ?? '')
        .filter((line) => line.includes('ssm:'))
        .map((line) => line.split('/news-alerts/NewsAlerts/')[1]);
    expect([lines('Chat'), lines('poll')]).toEqual([['SLACK_NEWS'], ['KEY']]);
  });

  it('in large numbers share one permission, since a role’s policy is short', () => {
    const many = Array.from({ length: 200 }, (_, n) => ({
      ...SAMPLE_CHAT,
      url: `\${S${n}}`,
      name: `\${S${n}}`,
    }));
    const large = new ReadableTemplate(sampleStack({ topics: sampleTopics(2), chats: many }));
    const role = large.roles().find((id) => id.startsWith('Chat')) ?? '';
    expect(large.allowed(role).filter((line) => line.includes('ssm:'))).toEqual([
      'Allow ssm:GetParameters arn:<Partition>:ssm:<Region>:<AccountId>:parameter/news-alerts/NewsAlerts/*',
    ]);
  });
});
