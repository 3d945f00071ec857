import { hash64 } from './hash.ts';
import type { ChannelSubscription, Contact } from './model.ts';

/**
 * Returns the id of the person or the queue at an endpoint. Records and links have it in place of the address, which only SNS
 * stores.
 */
export function subscriberId({ protocol, endpoint }: Contact | ChannelSubscription): string {
  return hash64(protocol, endpoint);
}
