import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import {
  type Basics,
  basics,
  type ChannelAdmins,
  channelAdmins,
  type Tables,
  tables,
} from '../shared/aws/platform.ts';
import { channelRecords } from '../shared/store/channel-records.ts';
import { channels } from './channels.ts';

type Event = CloudFormationCustomResourceEvent;
type Handler = (event: Event, context: Pick<Context, 'logStreamName'>) => Promise<void>;

/** A custom resource: CloudFormation invokes it when the user's file has changed, before the stages get to see it. */
export function createHandler(platform: Basics & Tables & ChannelAdmins): Handler {
  const { log } = platform;
  const work = async ({ RequestType }: Event) => {
    const deps = { log, admin: platform.channelAdmin(), records: channelRecords(platform.table()) };
    if (RequestType === 'Delete') return channels(deps, { topicIds: [], subscriptions: [] });
    const topicIds = platform.config().topics.map(({ id }) => id);
    return channels(deps, { topicIds, subscriptions: platform.subscriptions() });
  };
  return async (event, { logStreamName }) => {
    // Whatever happens: CloudFormation waits for an answer.
    const answer = await work(event).then(
      () => ({ Status: 'SUCCESS' }),
      (error: unknown) => {
        log.error('channels-failed', { error: String(error) });
        return { Status: 'FAILED', Reason: `${String(error)}; its log stream is ${logStreamName}` };
      },
    );
    const { StackId, RequestId, LogicalResourceId } = event;
    const body = { ...answer, StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'channels' };
    const { ok, status } = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(body) });
    if (!ok) throw new Error(`expected CloudFormation to take the answer, got HTTP ${status}`);
  };
}

let created: Handler | undefined;

export const handler: Handler = (event, context) => {
  created ??= createHandler({
    ...basics(process.env),
    ...tables(process.env),
    ...channelAdmins(process.env),
  });
  return created(event, context);
};
