import { describe, expect, it } from 'vitest';
import { environment, type QueueName, STAGES, stages } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate, text } from './readable-template.ts';
import { sampleStack } from './sample-stack.ts';

const CHANNEL_PREFIX = 'arn:<Partition>:sns:<Region>:<AccountId>:NewsAlerts-channel-';

const stack = new ReadableTemplate(sampleStack());
const operationsId = stack.id('AWS::SNS::Topic', 'Operations');
const tableId = stack.id('AWS::DynamoDB::Table', 'Table');
const queueId = (name: QueueName) => stack.id('AWS::SQS::Queue', `${name}queueQueue`);

describe('secrets in addresses of feeds', () => {
  const withSecrets = new ReadableTemplate(sampleStack({ secrets: ['KEY'] }));
  const roleOf = (stage: string) => withSecrets.id('AWS::IAM::Role', `${stage}Role`);

  it('are read only by the stage that fetches, below the path of the system', () => {
    for (const stage of STAGES) {
      const allowed = withSecrets.allowed(roleOf(stage)).filter((line) => line.includes('ssm:'));
      expect(allowed).toEqual(
        stages[stage].fetches
          ? [
              'Allow ssm:GetParameters arn:<Partition>:ssm:<Region>:<AccountId>:parameter/news-alerts/NewsAlerts/*',
            ]
          : [],
      );
    }
    const id = withSecrets.id('AWS::Lambda::Function', 'pollFunction');
    expect(withSecrets.properties('AWS::Lambda::Function', id).Environment).toMatchObject({
      Variables: { [environment.parameters]: '/news-alerts/NewsAlerts/' },
    });
  });
});

describe.each(STAGES)('function of %s', (stage) => {
  const spec = stages[stage];
  const functionId = stack.id('AWS::Lambda::Function', `${stage}Function`);
  const logsId = stack.id('AWS::Logs::LogGroup', `${stage}Logs`);
  const properties = stack.properties('AWS::Lambda::Function', functionId);

  it('runs on Node 24 and arm64 within the limits of the description', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: spec.timeout,
      MemorySize: spec.memoryMb,
    });
  });

  it('logs to its own group, for a month', () => {
    expect(text((properties.LoggingConfig as Record<string, unknown>).LogGroup)).toBe(`ref(${logsId})`);
    expect(stack.properties('AWS::Logs::LogGroup', logsId).RetentionInDays).toBe(30);
  });

  it('has exactly the environment variables of the description', () => {
    const expected: Record<string, string> = {
      [environment.config]: `news-alerts-${spec.fetches ? 'addresses' : 'config'}/index.json`,
      [environment.system]: 'NewsAlerts',
    };
    if (stage === 'match') expected[environment.topics] = 'news-alerts-config/topics.bin';
    if (spec.table.length > 0) expected[environment.table] = `ref(${tableId})`;
    for (const name of spec.sendsTo) expected[environment.queueUrl(name)] = `ref(${queueId(name)})`;
    if (spec.publishes) {
      expected[environment.channelPrefix] = CHANNEL_PREFIX;
      expected[environment.operationsChannel] = `ref(${operationsId})`;
    }

    if (spec.fetches) expected[environment.pushUrl] = `url(${stack.id('AWS::Lambda::Url', 'Push')})`;

    const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
    const got = Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, text(value)]));
    expect(got).toEqual(expected);
  });

  it('is changed only after the channels are', () => {
    const channels = stack.id('Custom::Channels', 'Channels');
    expect(stack.resources[functionId]?.DependsOn).toContain(channels);
  });

  it('is changed after all others if it is dispatch: an upgrade may give feeds other ids', () => {
    const stages = STAGES.map((name) => stack.id('AWS::Lambda::Function', name));
    const before = stack.resources[functionId]?.DependsOn?.filter((id) => stages.includes(id)) ?? [];
    const others = stages.filter((id) => id !== functionId);
    expect(before.toSorted()).toEqual(stage === 'dispatch' ? others.toSorted() : []);
  });

  it('reads the configuration from the layer, with the addresses of feeds if it fetches them', () => {
    const layerId = stack.id('AWS::Lambda::LayerVersion', spec.fetches ? 'Addresses' : 'Config');
    expect((properties.Layers as unknown[]).map(text)).toEqual([`ref(${layerId})`]);
  });

  it('is triggered as the description says', () => {
    const mappings = Object.values(stack.template.findResources('AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => text(Properties.FunctionName) === `ref(${functionId})`,
    );
    if (!('queue' in spec.trigger)) {
      expect(mappings).toEqual([]);
      return;
    }
    const { queue, batchSize, batchWindow } = spec.trigger;
    expect(mappings).toHaveLength(1);
    expect(mappings[0]?.Properties).toMatchObject({
      BatchSize: batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...(batchWindow === undefined ? {} : { MaximumBatchingWindowInSeconds: batchWindow }),
    });
    expect(text(mappings[0]?.Properties.EventSourceArn)).toBe(`arn(${queueId(queue)})`);
  });
});
