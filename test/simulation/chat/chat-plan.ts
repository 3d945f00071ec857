import type { ChatRecipient } from '../../../functions/shared/model.ts';
import type { SeededRandom } from '../../helpers/seeded-random.ts';
import {
  type DeliveryPlan,
  deliveryPlanOf,
  type ServicePlan,
  servicePlanOf,
} from '../delivery/delivery-plan.ts';

export interface PlannedRecipient extends ServicePlan {
  readonly recipient: ChatRecipient;
}

/** What happens at chat services in a run. */
export interface ChatPlan extends DeliveryPlan {
  readonly recipients: readonly PlannedRecipient[];
}

const SERVICES = ['slack', 'ntfy', 'telegram', 'telegram'] as const;
const TROUBLES = ['down', 'silent', 'unreachable', 'removed'] as const;

/** Returns the plan of a run. `published`: the times of its alerts. */
export function chatPlanOf(
  random: SeededRandom,
  topicIds: readonly string[],
  published: readonly number[],
): ChatPlan {
  const recipients = Array.from({ length: random.between(1, 3) }, (_, n): PlannedRecipient => {
    const followed = topicIds.filter(() => random.chance(0.8));
    return {
      recipient: recipientOf(random.pick(SERVICES), n, followed.length > 0 ? followed : topicIds),
      ...servicePlanOf(random, published, TROUBLES),
    };
  });
  return { recipients, ...deliveryPlanOf(random, published, recipients) };
}

function recipientOf(
  service: (typeof SERVICES)[number],
  n: number,
  topicIds: readonly string[],
): ChatRecipient {
  const name = `\${CHAT_${n}}`;
  const common = { service, name, topicIds, private: true } as const;
  if (service === 'telegram')
    return { ...common, url: 'http://127.0.0.1/', token: name, chat: String(-n - 1) };
  return { ...common, url: name };
}

/** The values of the names in addresses. */
export const CHAT_SECRETS: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 3 }, (_, n) => [`CHAT_${n}`, `http://127.0.0.1/chat-${n}`]),
);
