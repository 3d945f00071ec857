import { onlyStoryOf } from '../../../functions/shared/exit.ts';
import { subscriberId } from '../../../functions/shared/subscriber-id.ts';
import type { SeededRandom } from '../../helpers/seeded-random.ts';
import {
  type DeliveryPlan,
  deliveryPlanOf,
  type ServicePlan,
  servicePlanOf,
} from '../delivery/delivery-plan.ts';
import type { PublishedAlert } from '../run-record.ts';

/**
 * Where a subscription comes from: the sign-up page, the file, or somebody who made it in SNS, with or without a filter.
 * `pending`: nobody has confirmed it.
 */
export type Origin = 'page' | 'file' | 'by hand' | 'unfiltered' | 'pending';

/** A reader of emails, whose choices are the same for the whole run. */
export interface PlannedReader {
  readonly id: string;
  readonly endpoint: string;
  /** Origins of the subscriptions, by topic id. */
  readonly subscriptions: ReadonlyMap<string, Origin>;
  readonly isPaused: boolean;
  readonly mutedStories: readonly string[];
}

/** What happens to mails in a run. */
export interface MailPlan extends DeliveryPlan {
  readonly readers: readonly PlannedReader[];
  readonly ses: ServicePlan;
}

const ORIGINS: readonly Origin[] = ['page', 'page', 'file', 'by hand', 'unfiltered', 'pending'];
const TROUBLES = ['down', 'silent', 'unreachable', 'sandbox'] as const;

/** Returns the plan of a run. `published`: its alerts. */
export function mailPlanOf(
  random: SeededRandom,
  topicIds: readonly string[],
  published: readonly PublishedAlert[],
): MailPlan {
  const stories = [...new Set(published.flatMap(({ alert }) => onlyStoryOf(alert) ?? []))];
  const readers = Array.from({ length: random.between(1, 3) }, (_, n): PlannedReader => {
    const endpoint = `reader-${n}@reader.example`;
    const followed = topicIds.filter(() => random.chance(0.8));
    return {
      id: subscriberId({ protocol: 'email', endpoint }),
      endpoint,
      subscriptions: new Map(followed.map((topicId) => [topicId, random.pick(ORIGINS)])),
      isPaused: random.chance(0.15),
      mutedStories: random.chance(0.3) ? stories.filter(() => random.chance(0.3)) : [],
    };
  });
  const times = published.map(({ at }) => at);
  const ses = servicePlanOf(random, times, TROUBLES);
  return { readers, ses, ...deliveryPlanOf(random, times, [ses]) };
}
