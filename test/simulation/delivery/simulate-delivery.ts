import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DeliveryHandler } from '../../../functions/shared/aws/delivery-handler.ts';
import type { Platform, Retrying } from '../../../functions/shared/aws/platform.ts';
import type { Alert, PipelineConfig } from '../../../functions/shared/model.ts';
import { type DeliveryName, environment, queues } from '../../../functions/shared/pipeline.ts';
import type { Item } from '../../../local/dynamodb/condition.ts';
import { ServiceError } from '../../../local/dynamodb/service-error.ts';
import type { SeededRandom } from '../../helpers/seeded-random.ts';
import { MemoryDynamoDb } from '../aws/dynamodb.ts';
import { deadUrlOf, refusalOf } from '../aws/role.ts';
import { MemoryQueue, MemorySqs } from '../aws/sqs.ts';
import { type Caller, Network } from '../network.ts';
import { type Invocation, type PublishedAlert, RunRecord } from '../run-record.ts';
import type { Scenario } from '../scenario.ts';
import { SimulatedLambda } from '../simulated-lambda.ts';
import { HOUR, MINUTE, takeOverTimers, VirtualTime } from '../virtual-time.ts';
import type { DeliveryCounts } from './delivery-counts.ts';
import type { DeliveryPlan } from './delivery-plan.ts';

/** A function that delivers alerts to recipients itself, and the services that it calls. */
export interface SimulatedDelivery {
  readonly plan: DeliveryPlan;
  /** The topics whose alerts it gets. */
  readonly topicIds: ReadonlySet<string>;
  readonly config?: Partial<PipelineConfig>;
  /** Further environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Records that the table has at the start, as the API takes them. */
  readonly records?: readonly Item[];
  /** Answers calls to SNS. Absent if there are none. */
  readonly sns?: (operation: string, form: URLSearchParams) => unknown;
  readonly handlerOf: (platform: Platform & Retrying, caller: Caller) => DeliveryHandler;
  readonly check: (evidence: DeliveryEvidence) => {
    readonly broken: readonly string[];
    readonly counts: Partial<DeliveryCounts>;
  };
}

/** What is known at the end. */
export interface DeliveryEvidence {
  /** The alerts of the topics, in order. */
  readonly published: readonly PublishedAlert[];
  readonly claims: readonly Claim[];
  /** All records of the table. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly deadLetters: readonly string[];
}

/** A claim of an alert for a recipient. */
export interface Claim {
  readonly alertId: string;
  readonly recipient: string;
  readonly by: Invocation;
}

/** The outcome of the alerts of a run at the recipients of a function. */
export interface DeliveryRun {
  readonly broken: readonly string[];
  readonly record: RunRecord;
  readonly events: number;
  readonly counts: Partial<DeliveryCounts>;
}

interface Subject {
  readonly name: DeliveryName;
  readonly random: SeededRandom;
  /** The share of runs whose alerts are delivered. */
  readonly often: number;
}

/** What a delivery is planned with. */
interface Beginning {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly record: RunRecord;
  readonly topicIds: readonly string[];
  readonly published: readonly PublishedAlert[];
}

const TABLE = 'simulated';
const QUEUE_URL = 'http://127.0.0.1/000000000000/';
/** By then every alert was given up, redriven and accepted. */
const MAX_SETTLING_TIME = 100 * HOUR;
const MAX_EVENTS = 100_000;

/**
 * Delivers the alerts that a run has published, in a virtual time and with random numbers of their own, so that the run itself is
 * the same with and without them. Returns undefined if there are none, or in some runs.
 */
export async function simulateDelivery(
  scenario: Scenario,
  published: readonly PublishedAlert[],
  subject: Subject,
  begin: (beginning: Beginning) => SimulatedDelivery,
): Promise<DeliveryRun | undefined> {
  const { random, often } = subject;
  const mailed = published.filter(
    ({ topicId, protocols }) => scenario.watched.has(topicId) && protocols.includes('email'),
  );
  if (mailed.length === 0 || random.chance(1 - often)) return undefined;
  const time = new VirtualTime(scenario.start);
  const giveBack = takeOverTimers(time, () => random.fraction());
  try {
    const record = new RunRecord();
    const topicIds = [...scenario.watched.keys()];
    const delivery = begin({ time, random, record, topicIds, published: mailed });
    return await run(scenario, mailed, subject, { ...delivery, time, record });
  } finally {
    giveBack();
  }
}

async function run(
  scenario: Scenario,
  published: readonly PublishedAlert[],
  { name, random }: Subject,
  {
    time,
    record,
    ...delivery
  }: SimulatedDelivery & { readonly time: VirtualTime; readonly record: RunRecord },
): Promise<DeliveryRun> {
  const { plan } = delivery;
  const { calmFrom, faults, clockSkew } = plan;
  const clock = () => time.now;
  const queueUrl = `${QUEUE_URL}${name}`;
  const claims: Claim[] = [];
  // The source of the call that is being served.
  let by: Invocation | undefined;
  const table = new MemoryDynamoDb(TABLE, {
    indexLater: (apply) => apply(),
    onWrite: (_, after) => {
      if (after?.state?.S !== 'claimed' || !by) return;
      claims.push({
        alertId: String(after.pk?.S).split('#').at(-1) ?? '',
        recipient: String(after.sk?.S),
        by,
      });
    },
  });
  for (const Item of delivery.records ?? []) table.answer('PutItem', { TableName: TABLE, Item });
  const deadLetters = new MemoryQueue({ fifo: false, visibilityTimeout: HOUR, clock });
  let wake = () => {};
  const { fifo, visibilityTimeout, maxReceiveCount } = queues[name];
  const queue = new MemoryQueue({
    fifo,
    visibilityTimeout: visibilityTimeout * 1_000,
    maxReceiveCount,
    deadLetters,
    clock,
    onChange: () => wake(),
  });
  const urls = new Map([
    [queueUrl, queue],
    [deadUrlOf(queueUrl), deadLetters],
  ]);
  const sqs = new MemorySqs(urls);
  const network = new Network({
    time,
    random,
    record,
    faults,
    outage: undefined,
    faultPeriods: [],
    calmFrom,
    serve(call, { stage, invocation }) {
      by = invocation;
      const refusal =
        stage === 'reader' ? undefined : refusalOf(stage, call, (queue) => `${QUEUE_URL}${queue}`);
      if (refusal !== undefined) {
        record.broken.push(`the role of ${stage} does not allow ${refusal}`);
        throw new ServiceError('AccessDeniedException', refusal);
      }
      if (call.service === 'sns') {
        if (!delivery.sns) throw new TypeError(`the function for ${name} calls no SNS`);
        return delivery.sns(call.operation, call.input);
      }
      return (call.service === 'sqs' ? sqs : table).answer(call.operation, call.input);
    },
  });
  const config = { ...(scenario.deployment?.config ?? scenario.config), ...delivery.config };
  const functions = new SimulatedLambda({
    time,
    // Alerts are delivered after the deployment of the run, with the topics of both releases.
    scenario: withoutDeployment({ ...scenario, config, random, faults, clockSkew, clockStep: () => 0 }),
    record,
    network,
    environment: {
      ...delivery.environment,
      [environment.table]: TABLE,
      [environment.queueUrl(name)]: queueUrl,
      [environment.deadLettersUrl]: deadUrlOf(queueUrl),
    },
    fetchOf: () => () => Promise.reject(new TypeError(`the function for ${name} fetches nothing`)),
    hubsOf: () => {
      throw new TypeError(`the function for ${name} knows no hubs`);
    },
    deliveryOf: delivery.handlerOf,
  });
  wake = functions.startEventSource(name, queue).wake;

  const delivered = published
    .filter(({ topicId }) => delivery.topicIds.has(topicId))
    .map((one) => (plan.longAddresses ? { ...one, alert: withLongAddresses(one.alert) } : one));
  for (const { at, alert } of delivered) {
    const deliver = () => {
      const late = random.chance(faults.late) ? random.between(0, 15 * MINUTE) : 0;
      queue.send([{ Id: '0', MessageBody: JSON.stringify(alert) }], () => late);
    };
    time.at(at, deliver);
    if (random.chance(plan.deliveredTwice)) time.at(at + random.between(0, HOUR), deliver);
  }

  /** Moves all dead letters back, as an operator would who has mended the cause. */
  const redrive = () => {
    const moved = deadLetters.redrive(queue, () => true);
    for (let n = 0; n < moved; n++) record.fault(`${name} redriven`);
  };
  // The operator looks on while nothing else happens.
  const look = () => void time.after(10 * MINUTE, look);
  look();
  let looked = 0;
  let isRestless = false;
  let redrives = 0;
  await time.run(() => {
    isRestless = time.now - calmFrom > MAX_SETTLING_TIME || time.events > MAX_EVENTS;
    if (isRestless) return true;
    if (time.now < calmFrom || time.now - looked < 5 * MINUTE) return false;
    looked = time.now;
    if (queue.messages.length > 0 || !functions.idle) return false;
    if (deadLetters.messages.length === 0) return true;
    // Once is enough, since the services accept everything now.
    redrives++;
    redrive();
    return redrives > 1;
  });
  const { broken, counts } = delivery.check({
    published: delivered,
    claims,
    records: [...table.records()].map((item) => unmarshall(item as never)),
    deadLetters: deadLetters.messages.map(({ body }) => body),
  });
  return {
    broken: [...record.broken, ...(isRestless ? [`${name} did not come to rest`] : []), ...broken],
    record,
    events: time.events,
    counts,
  };
}

/** As long as an address may be in an alert. */
const LONG_PATH = 'x'.repeat(1_900);

function withLongAddresses(alert: Alert): Alert {
  const entries = alert.entries.map((entry) => ({ ...entry, url: `https://news.example/${LONG_PATH}` }));
  return { ...alert, entries };
}

const withoutDeployment = ({ deployment: _, ...scenario }: Scenario): Scenario => scenario;
