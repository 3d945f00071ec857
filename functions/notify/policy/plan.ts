import { hash64 } from '../../shared/hash.ts';
import type { AlertEntry, DeliveryPolicy, Protocol, Topic } from '../../shared/model.ts';
import { commonProtocols, followsSmsPolicy, SMS_POLICY_PROTOCOLS } from '../../shared/protocols.ts';
import type { Claims } from '../../shared/store/claims.ts';

/** One alert about a report: its id, policy and protocols. */
export interface Plan {
  readonly id: string;
  readonly policy: DeliveryPolicy;
  readonly protocols: readonly Protocol[];
}

export interface PlanInput {
  readonly entry: Pick<AlertEntry, 'kind' | 'storyId'>;
  readonly version: string;
  /** Independent outlets that report the story. */
  readonly outlets: number;
}

const alertIdOf = (topic: Topic, { entry: { kind, storyId }, version }: Omit<PlanInput, 'outlets'>) =>
  hash64('alert', topic.id, storyId, kind, version);
/** Returns the id of the separate SMS alert that goes with a common alert. */
export const smsAlertIdOf = (commonId: string) => hash64(commonId, 'sms');

/** Returns the common alert about a report: for all protocols, or without SMS if that has its own policy. */
export function commonPlan(topic: Topic, report: PlanInput): Plan {
  return { id: alertIdOf(topic, report), policy: topic, protocols: commonProtocols(topic) };
}

/**
 * Returns the separate SMS alert about a report. Returns undefined if the topic has no separate SMS policy, or the story
 * has too few sources. Call this after the common alert is claimed.
 */
export async function smsPlan(claims: Claims, topic: Topic, report: PlanInput): Promise<Plan | undefined> {
  if (!topic.sms || !(await isConfirmed(claims, topic, report))) return undefined;
  const commonId = alertIdOf(topic, report);
  // The common alert may date from a time when the topic had one policy for both.
  const common = await claims.find(commonId);
  if (common && followsSmsPolicy(common.protocols)) return undefined;
  return { id: smsAlertIdOf(commonId), policy: topic.sms, protocols: SMS_POLICY_PROTOCOLS };
}

/** Returns whether enough outlets report the story, or, for an update, whether SMS recipients know the story. */
async function isConfirmed(claims: Claims, topic: Topic, { entry, outlets }: PlanInput): Promise<boolean> {
  const { minSources = 1 } = topic.sms ?? {};
  if (minSources === 1) return true;
  if (entry.kind === 'new') return outlets >= minSources;
  return isStoryKnownBySms(claims, topic, entry.storyId);
}

/** Returns whether a story was reported by SMS, in a separate alert or in the common one. */
export async function isStoryKnownBySms(claims: Claims, topic: Topic, storyId: string): Promise<boolean> {
  const id = alertIdOf(topic, { entry: { kind: 'new', storyId }, version: '' });
  if (await claims.find(smsAlertIdOf(id))) return true;
  return followsSmsPolicy((await claims.find(id))?.protocols ?? []);
}
