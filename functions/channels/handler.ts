import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import type { Basics, ChannelAdmins, Tables } from '../shared/aws/platform.ts';
import { basics, channelAdmins, tables } from '../shared/aws/platform.ts';
import { channelRecords } from '../shared/store/channel-records.ts';
import { sendResponse } from './cloudformation-response.ts';
import { handleResourceRequest } from './custom-resource.ts';

type Event = CloudFormationCustomResourceEvent;
type Handler = (event: Event, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<void>;

/** Time reserved for sending the response. */
const RESPONSE_RESERVE_MS = 30_000;

/** Returns the handler of a custom resource, which CloudFormation invokes during deployments. */
export function createHandler(platform: Basics & Tables & ChannelAdmins): Handler {
  const { log } = platform;
  return async (event, context) => {
    const isLate = () => context.getRemainingTimeInMillis() < RESPONSE_RESERVE_MS;
    const result = await handleResourceRequest(event, () => ({
      config: platform.config(),
      subscriptions: platform.subscriptions(),
      deps: { log, isLate, records: channelRecords(platform.table()), admin: platform.channelAdmin() },
    }));
    if (result.Status === 'FAILED') log.error('channels-failed', { ...result });
    await sendResponse(event, result);
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
