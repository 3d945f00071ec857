import { hash64 } from '../shared/hash.ts';
import type { PipelineConfig, Subscription } from '../shared/model.ts';
import { type ChannelsDeps, makeChannels, NO_CHANNELS, removeChannels } from './channels.ts';
import type { ResourceResponse } from './cloudformation-response.ts';

/** What CloudFormation asks of a custom resource. */
export interface ResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  /** The resource's name, as it was last told; none before it was created. */
  readonly PhysicalResourceId?: string;
}

/** What there is now, in the function's layers. */
export interface CurrentConfig {
  readonly config: PipelineConfig;
  readonly subscriptions: readonly Subscription[];
}

/** Names what the resource was made of: where it changes, CloudFormation deletes what was before when all has succeeded. */
const RESOURCE_ID = /^channels-[0-9a-f]{16}$/;

function resourceIdOf({ config, subscriptions }: CurrentConfig): string {
  return `channels-${hash64(config.version, JSON.stringify(subscriptions))}`;
}

/**
 * The channels as a resource of CloudFormation. It asks before the stages get to see what has changed in the user's file;
 * and once all of a deployment has succeeded, to delete what the resource was before, which has another id. Whatever
 * happens there is an answer: CloudFormation waits for it.
 */
export async function handleResourceRequest(
  asked: ResourceRequest,
  read: () => CurrentConfig & { readonly deps: Omit<ChannelsDeps, 'run'> },
): Promise<ResourceResponse> {
  let id = asked.PhysicalResourceId ?? 'channels-none';
  try {
    const { deps, ...present } = read();
    const { config, subscriptions } = present;
    const wanted = { topicIds: config.topics.map((topic) => topic.id), subscriptions };
    const run = { ...deps, run: asked.RequestId };
    const current = resourceIdOf(present);
    if (asked.RequestType === 'Delete') {
      // Of another time: what is of now stays. Else the whole stack goes, or was never made.
      await removeChannels(run, RESOURCE_ID.test(id) && id !== current ? wanted : NO_CHANNELS);
    } else {
      if (asked.RequestType === 'Create') id = current;
      await makeChannels(run, wanted);
      id = current;
    }
    return { Status: 'SUCCESS', PhysicalResourceId: id };
  } catch (error) {
    return { Status: 'FAILED', PhysicalResourceId: id, Reason: String(error).slice(0, 1_000) };
  }
}
