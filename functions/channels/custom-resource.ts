import { hash64 } from '../shared/hash.ts';
import type { ChannelSubscription, PipelineConfig } from '../shared/model.ts';
import { type ChannelsDeps, makeChannels, NO_CHANNELS, removeChannels } from './channels.ts';
import type { ResourceResponse } from './cloudformation-response.ts';

/** CloudFormation's request to a custom resource. */
export interface ResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  /** The resource's id from the last response; undefined before its creation. */
  readonly PhysicalResourceId?: string;
}

/** The configuration and subscriptions in the function's layers. */
export interface CurrentConfig {
  readonly config: PipelineConfig;
  readonly subscriptions: readonly ChannelSubscription[];
}

/**
 * The id of a resource, derived from its configuration. When the id changes, CloudFormation deletes the previous resource
 * after the whole deployment has succeeded.
 */
const RESOURCE_ID = /^channels-[0-9a-f]{16}$/;

function resourceIdOf({ config, subscriptions }: CurrentConfig): string {
  return `channels-${hash64(config.version, JSON.stringify(subscriptions))}`;
}

/**
 * Handles CloudFormation's requests for the channels of a stack. Create and update requests arrive before the stages get the
 * new configuration. The delete request for the previous resource arrives after the whole deployment has succeeded, and has
 * that resource's id. Never throws, since CloudFormation waits for a response.
 */
export async function handleResourceRequest(
  request: ResourceRequest,
  load: () => CurrentConfig & { readonly deps: Omit<ChannelsDeps, 'run'> },
): Promise<ResourceResponse> {
  let id = request.PhysicalResourceId ?? 'channels-none';
  try {
    const { deps, ...currentConfig } = load();
    const { config, subscriptions } = currentConfig;
    const wanted = { topicIds: config.topics.map((topic) => topic.id), subscriptions };
    const runDeps = { ...deps, run: request.RequestId };
    const currentId = resourceIdOf(currentConfig);
    if (request.RequestType === 'Delete') {
      // If the previous resource is deleted, the current channels stay. Otherwise the whole stack is deleted, or was never
      // created.
      await removeChannels(runDeps, RESOURCE_ID.test(id) && id !== currentId ? wanted : NO_CHANNELS);
    } else {
      if (request.RequestType === 'Create') id = currentId;
      await makeChannels(runDeps, wanted);
      id = currentId;
    }
    return { Status: 'SUCCESS', PhysicalResourceId: id };
  } catch (error) {
    return { Status: 'FAILED', PhysicalResourceId: id, Reason: String(error).slice(0, 1_000) };
  }
}
