import { SQSClient } from '@aws-sdk/client-sqs';
import { type Platform, platformFromEnvironment } from '../../functions/shared/aws/platform.ts';
import {
  environment,
  QUEUES,
  type QueueName,
  queuePhysicalName,
  queues as specs,
} from '../../functions/shared/pipeline.ts';
import { MemoryDynamoDb } from '../simulation/aws/dynamodb.ts';
import { SDK_OPTIONS } from '../simulation/aws/sdk-options.ts';
import { MemoryQueue, MemorySqs } from '../simulation/aws/sqs.ts';
import { answerWith, readRequest, type WireRequest } from '../simulation/aws/wire.ts';

export interface MemoryPlatform {
  readonly platform: Platform;
  readonly sqs: SQSClient;
  queueUrl(name: QueueName): string;
  /** Lets time pass, ms. */
  pass(duration: number): void;
}

const TABLE = 'memory';

/** The product’s own SDK clients against the simulation’s in-memory services, without its faults. */
export function memoryPlatform(): MemoryPlatform {
  let now = 0;
  const clock = () => now;
  const queueUrl = (name: QueueName) =>
    `http://127.0.0.1/000000000000/${queuePhysicalName(name, specs[name])}`;
  const table = new MemoryDynamoDb(TABLE);
  const sqs = new MemorySqs(
    new Map(
      QUEUES.map((name) => {
        const { fifo, visibilityTimeout } = specs[name];
        return [
          queueUrl(name),
          new MemoryQueue({ fifo, visibilityTimeout: visibilityTimeout * 1000, clock }),
        ];
      }),
    ),
  );
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    async handle(request: WireRequest) {
      const response = answerWith(readRequest(request), ({ service, operation, input }) => {
        if (service === 'sns') throw new TypeError('no SNS here');
        return (service === 'sqs' ? sqs : table).answer(operation, input);
      });
      return { response };
    },
  };
  const sdk = { ...SDK_OPTIONS, requestHandler };
  const names = {
    [environment.table]: TABLE,
    ...Object.fromEntries(QUEUES.map((name) => [environment.queueUrl(name), queueUrl(name)])),
  };
  return {
    platform: platformFromEnvironment(names, {}, sdk),
    sqs: new SQSClient(sdk),
    queueUrl,
    pass(duration) {
      now += duration;
    },
  };
}
