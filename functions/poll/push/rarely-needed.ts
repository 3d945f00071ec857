// The code for subscriptions and pushes that few polls need, bundled as a separate file: see PARTS in lib/stage-bundling.ts.
export { hubClient } from './hub-client.ts';
export { withLease, withoutLease } from './lease.ts';
export { subscribe } from './subscribe.ts';
