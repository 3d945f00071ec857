import { randomBytes } from 'node:crypto';
import type { Clock, PipelineConfig } from '../../shared/model.ts';
import { type PushSubscriptions, pushSubscriptions } from '../../shared/store/push-subscriptions.ts';
import type { Table } from '../../shared/store/table.ts';
import type { AskHub } from './hub-client.ts';

/** Poll's means of asking hubs for subscriptions. */
export interface HubAccess {
  readonly askHub: AskHub;
  /** Returns a random number that nobody can guess, as hex digits. */
  readonly randomHex: (bytes: number) => string;
}

/** How hubs are asked, and how they can call. */
export interface Pushing extends HubAccess {
  /** The address that hubs call, without the last two parts of its path. Ends in a slash. */
  readonly callbackUrl: string;
  readonly subscriptions: PushSubscriptions;
}

interface Options {
  readonly clock: Clock;
  readonly loopbackFeeds: boolean;
  readonly pushUrl: string | undefined;
  config(): PipelineConfig;
  table(): Table;
}

/** Returns nothing if hubs cannot call, or the configuration turns pushes off. */
export function pushing(options: Options, hubs = hubAccess(options)): { readonly push?: Pushing } {
  const { pushUrl, config, table } = options;
  if (pushUrl === undefined || config().push === false) return {};
  return { push: { ...hubs, callbackUrl: pushUrl, subscriptions: pushSubscriptions(table()) } };
}

function hubAccess({ clock, loopbackFeeds }: Options): HubAccess {
  let client: AskHub | undefined;
  return {
    // Few polls need the client, so it is loaded on demand.
    async askHub(request) {
      client ??= (await import('#push')).hubClient(clock, { loopback: loopbackFeeds });
      return client(request);
    },
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  };
}
