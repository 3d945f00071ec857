import { deliverBatch } from '../shared/delivery/deliver-batch.ts';
import type { QueuedAlert, Recipient } from '../shared/delivery/deps.ts';
import type { ChatRecipient } from '../shared/model.ts';
import { attempt, type ChatLane } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import { threadStoryOf } from './threads.ts';

const MAX_CONCURRENT = 20;

/**
 * Sends the alerts of a batch to the recipients of their topics at chat services. Returns the ids of the messages that go back
 * to the queue.
 */
export function chat(deps: ChatDeps, messages: readonly QueuedAlert[]): Promise<string[]> {
  const recipients = deps.recipients.map((recipient) => recipientOf(deps, recipient));
  return deliverBatch(
    { ...deps, name: 'chat', concurrency: MAX_CONCURRENT, recipientsOf: async () => recipients },
    messages,
  );
}

function recipientOf(deps: ChatDeps, recipient: ChatRecipient): Recipient {
  const key = `${recipient.service} ${recipient.name}`;
  const lane: ChatLane = { recipient, key, freeAt: 0 };
  return {
    key,
    onAmbiguous: 'resend',
    wants: ({ topicId }) => recipient.topicIds.includes(topicId),
    attempt: ([alert], claim) => attempt(deps, alert, lane, claim),
    async sent(alert, claim, { thread }) {
      const { topicId } = alert;
      const storyId = threadStoryOf(alert);
      if (storyId !== undefined && thread !== undefined && claim.before.thread !== thread)
        await deps.threads.put({ topicId, storyId, recipient: key }, thread, deps.clock());
    },
  };
}
