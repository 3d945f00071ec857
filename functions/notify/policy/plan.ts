import { hash64 } from '../../shared/hash.ts';
import type { AlertEntry, DeliveryPolicy, Protocol, Topic } from '../../shared/model.ts';
import type { Claims } from '../../shared/store/claims.ts';
import { ALL_PROTOCOLS } from '../../shared/store/protocol-attributes.ts';

/** One alert that tells the news, and to whom. */
export interface Plan {
  readonly id: string;
  readonly policy: DeliveryPolicy;
  readonly protocols: readonly Protocol[];
}

export interface PlanInput {
  readonly entry: Pick<AlertEntry, 'kind' | 'storyId'>;
  readonly version: string;
  /** How many tell the story, independently of one another. */
  readonly outlets: number;
}

const alertIdOf = (topic: Topic, { entry: { kind, storyId }, version }: Omit<PlanInput, 'outlets'>) =>
  hash64('alert', topic.id, storyId, kind, version);
/** Of the alert by SMS beside the one for the others. */
export const smsAlertIdOf = (commonId: string) => hash64(commonId, 'sms');

/** The first alert about the news: for all protocols, or, where SMS go by a policy of their own, for the others. */
export function commonPlan(topic: Topic, telling: PlanInput): Plan {
  return { id: alertIdOf(topic, telling), policy: topic, protocols: topic.sms ? ['email'] : ALL_PROTOCOLS };
}

/** The alert by SMS, where it is one of its own and it is time for it. Asked once the first has its claim. */
export async function smsPlan(claims: Claims, topic: Topic, telling: PlanInput): Promise<Plan | undefined> {
  if (!topic.sms || !(await isConfirmed(claims, topic, telling))) return undefined;
  const commonId = alertIdOf(topic, telling);
  // It may be of a time when the topic had one policy for both.
  const common = await claims.find(commonId);
  if (common?.protocols.includes('sms')) return undefined;
  return { id: smsAlertIdOf(commonId), policy: topic.sms, protocols: ['sms'] };
}

/** Enough outlets tell the story; an update goes to those who have heard of it. */
async function isConfirmed(claims: Claims, topic: Topic, telling: PlanInput): Promise<boolean> {
  const { minSources = 1 } = topic.sms ?? {};
  const { entry, outlets } = telling;
  if (minSources === 1) return true;
  if (entry.kind === 'new') return outlets >= minSources;
  const storyId = alertIdOf(topic, { entry: { ...entry, kind: 'new' }, version: '' });
  if (await claims.find(smsAlertIdOf(storyId))) return true;
  return (await claims.find(storyId))?.protocols.includes('sms') ?? false;
}
