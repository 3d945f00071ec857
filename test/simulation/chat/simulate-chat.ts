import { createHandler } from '../../../functions/chat/handler.ts';
import { FailingService } from '../delivery/failing-service.ts';
import { type DeliveryRun, simulateDelivery } from '../delivery/simulate-delivery.ts';
import type { PublishedAlert } from '../run-record.ts';
import type { Scenario } from '../scenario.ts';
import { CHAT_SECRETS, chatPlanOf } from './chat-plan.ts';
import { brokenChatRules } from './chat-rules.ts';
import { sendTo } from './chat-services.ts';

/** Delivers the alerts that a run has published to chat services. */
export function simulateChat(
  scenario: Scenario,
  published: readonly PublishedAlert[],
): Promise<DeliveryRun | undefined> {
  const subject = { name: 'chat', random: scenario.chatting, often: 0.6 } as const;
  return simulateDelivery(
    scenario,
    published,
    subject,
    ({ time, random, record, topicIds, published: alerts }) => {
      const plan = chatPlanOf(
        random,
        topicIds,
        alerts.map(({ at }) => at),
      );
      const recipients = plan.recipients.map(({ recipient }) => recipient);
      const { calmFrom } = plan;
      const service = new FailingService({
        name: 'chat',
        service: 'a chat service',
        time,
        random,
        record,
        calmFrom,
      });
      return {
        plan,
        topicIds: new Set(recipients.flatMap((one) => one.topicIds)),
        environment: CHAT_SECRETS,
        handlerOf: (platform, caller) =>
          createHandler(
            { ...platform, chats: () => recipients },
            sendTo({ random, service, recipients: plan.recipients }, caller),
          ),
        check: (evidence) =>
          brokenChatRules({ ...evidence, recipients, tries: service.tries, clockSkew: plan.clockSkew }),
      };
    },
  );
}
