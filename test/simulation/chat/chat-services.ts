import type { sendChatMessage } from '../../../functions/chat/send.ts';
import type { SendOutcome } from '../../../functions/shared/delivery/outcome.ts';
import type { SeededRandom } from '../../helpers/seeded-random.ts';
import type { FailingService, RequestFate, Try } from '../delivery/failing-service.ts';
import type { Caller } from '../network.ts';
import { MINUTE } from '../virtual-time.ts';
import type { PlannedRecipient } from './chat-plan.ts';

interface ChatServicesOptions {
  readonly random: SeededRandom;
  readonly service: FailingService;
  readonly recipients: readonly PlannedRecipient[];
}

/** Returns how an instance of the function sends messages to chat services. */
export function sendTo(
  { random, service, recipients }: ChatServicesOptions,
  caller: Caller,
): typeof sendChatMessage {
  return async (body, { address, id, thread }) => {
    const planned = plannedOf(
      recipients,
      address.service === 'telegram' ? (address.token ?? '') : address.url,
    );
    const message = { to: planned.recipient.name, id, body, thread };
    const { outcome } = await service.request(message, caller, planned, (fate, one) =>
      outcomeOf(fate, one, planned, random),
    );
    return outcome;
  };
}

function plannedOf(recipients: readonly PlannedRecipient[], address: string): PlannedRecipient {
  const n = /chat-(\d)$/.exec(address)?.[1];
  const planned = recipients[Number(n)];
  if (!planned) throw new TypeError(`nobody is at ${address}`);
  return planned;
}

function outcomeOf(
  fate: RequestFate,
  one: Try,
  { recipient }: PlannedRecipient,
  random: SeededRandom,
): SendOutcome {
  switch (fate) {
    case 'sent': {
      const thread = recipient.service === 'telegram' ? { thread: one.thread ?? one.messageId ?? '' } : {};
      return { kind: 'sent', answer: 'answered 200', ...thread };
    }
    case 'throttled': {
      const pauseMs = random.pick([random.between(1, 20) * 1_000, random.between(1, 120) * MINUTE]);
      return { kind: 'retry', detail: 'answered 429', pauseMs };
    }
    case 'removed':
      return { kind: 'refused', detail: 'answered 404: create a new one' };
    case 'unreachable':
      return { kind: 'retry', detail: 'cannot be reached' };
    case 'down':
      return inDoubt('answered 503');
    case 'error':
    case 'error after':
      return inDoubt('answered 500');
    default:
      return inDoubt('gave no answer');
  }
}

const inDoubt = (detail: string): SendOutcome => ({ kind: 'retry', detail, mayBeSent: true });
