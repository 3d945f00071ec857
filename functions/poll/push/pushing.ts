import type { Clock, PipelineConfig } from '../../shared/model.ts';
import { type PushSubscriptions, pushSubscriptions } from '../../shared/store/push-subscriptions.ts';
import type { Table } from '../../shared/store/table.ts';
import type { AskHub } from './hub-client.ts';

export type { AskHub };

/** How hubs are asked, and how they can call. */
export interface Pushing {
  /** The address that hubs call, without the last two parts of its path. Ends in a slash. */
  readonly callbackUrl: string;
  readonly subscriptions: PushSubscriptions;
  readonly askHub: AskHub;
}

interface Options {
  readonly clock: Clock;
  readonly loopbackFeeds: boolean;
  readonly pushUrl: string | undefined;
  config(): PipelineConfig;
  table(): Table;
}

/** Returns nothing if hubs cannot call, or the configuration turns pushes off. */
export function pushing(options: Options, askHub = clientOnDemand(options)): { readonly push?: Pushing } {
  const { pushUrl, config, table } = options;
  if (pushUrl === undefined || config().push === false) return {};
  return { push: { callbackUrl: pushUrl, subscriptions: pushSubscriptions(table()), askHub } };
}

function clientOnDemand({ clock, loopbackFeeds }: Options): AskHub {
  let client: AskHub | undefined;
  return async (request) => {
    client ??= (await import('#push')).hubClient(clock, { loopback: loopbackFeeds });
    return client(request);
  };
}
