import { randomUUID } from 'node:crypto';
import { isChatPlaceholder } from '../../config/recipients.ts';
import { sendChatMessage } from '../../functions/chat/send.ts';
import { CHAT_SERVICES } from '../../functions/chat/services.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { ChatRecipient, ChatService } from '../../functions/shared/model.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { parseAlert } from '../../local/outbox/outbox-entry.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

/**
 * Sends a test alert to the recipients in the file whose service or name contains a text, at once and not through the queue.
 * Calls `report` for each answer.
 * @throws NewsAlertsError if there is no such recipient, or a service does not accept the test
 */
export async function sendTestChats(
  wanted: string,
  chats: readonly ChatRecipient[],
  topic: TestTopic,
  report: (service: ChatService, to: string, answer: string) => void,
): Promise<void> {
  const labelOf = ({ service, name }: ChatRecipient) => `${service} ${name}`;
  const found = chats.filter((one) => labelOf(one).toLowerCase().includes(wanted.toLowerCase()));
  if (found.length === 0) {
    const known =
      chats.length === 0
        ? 'the file has none; add one under recipients (docs/chat.md)'
        : `the file has ${abbreviateList(chats.map(labelOf))}`;
    throw new NewsAlertsError(
      `--recipient: expected a part of a recipient at a chat service, got ${wanted}; ${known}`,
    );
  }
  const alert = parseAlert(testAlert(topic).json);
  if (!alert) throw new TypeError('the test alert is no alert');
  const failures: string[] = [];
  for (const recipient of found) {
    const label = labelOf(recipient);
    if (isChatPlaceholder(recipient)) {
      failures.push(`${label} is an example and receives nothing; put your own address into the file`);
      continue;
    }
    const [body = ''] = CHAT_SERVICES[recipient.service].messages(alert, topic.timeZone, recipient);
    const outcome = await sendChatMessage(body, {
      address: recipient,
      id: `test-${randomUUID()}`,
      now: Date.now(),
    });
    if (outcome.kind === 'sent')
      report(recipient.service, recipient.name, `sent to ${label}: ${outcome.answer}`);
    else failures.push(`the test was not sent to ${label}: ${outcome.detail}`);
  }
  if (failures.length > 0) throw new NewsAlertsError(failures.join('\n'));
}
