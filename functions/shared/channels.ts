import type { Protocol, RenderedAlert } from './model.ts';

/**
 * What came of a publish.
 * - `published`: accepted.
 * - `refused`: certainly not accepted, and would be refused again.
 * - `throttled`: certainly not accepted, and may be tried again.
 * - `unknown`: no answer came; it may or may not have been accepted.
 */
export type PublishOutcome =
  | { readonly kind: 'published'; readonly messageId: string }
  | { readonly kind: 'refused' | 'throttled' | 'unknown'; readonly detail: string };

/** One SNS channel per watched topic, and one where the system tells of itself. */
export interface Channels {
  /** Publishes to the subscribers of these protocols. Tries once; never throws for what SNS may answer. */
  publish(topicId: string, message: RenderedAlert, protocols: readonly Protocol[]): Promise<PublishOutcome>;
}
