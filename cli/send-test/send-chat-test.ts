import { randomUUID } from 'node:crypto';
import { parseConfig } from '../../config/load.ts';
import { isChatPlaceholder } from '../../config/recipients.ts';
import { sendChatMessage } from '../../functions/chat/send.ts';
import { CHAT_SERVICES } from '../../functions/chat/services.ts';
import { threadNameOf } from '../../functions/chat/threads.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { ChatRecipient, ChatService } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { parseAlert } from '../../local/outbox/outbox-entry.ts';
import { type TestTopic, testAlert } from './test-alert.ts';

const labelOf = ({ service, name }: ChatRecipient) => `${service} ${name}`;

/**
 * Returns the recipients of the file whose service or name contains a text.
 * @throws NewsAlertsError if there are none
 */
export function matchingChats(wanted: string, chats: readonly ChatRecipient[]): readonly ChatRecipient[] {
  const found = chats.filter((one) => labelOf(one).toLowerCase().includes(wanted.toLowerCase()));
  if (found.length > 0) return found;
  const known =
    chats.length === 0
      ? 'the file has none; add one under recipients (docs/chat.md)'
      : `the file has ${abbreviateList(chats.map(labelOf))}`;
  throw new NewsAlertsError(
    `--recipient: expected a part of a recipient at a chat service, got ${wanted}; ${known}`,
  );
}

/**
 * Returns the recipient that `written` names as the file would, with the values of its names from `env`.
 * @throws ConfigError if the address is wrong
 */
export function namedChat(service: ChatService, written: string, env: NodeJS.ProcessEnv): ChatRecipient {
  const line = written.replace(/[\r\n]+/g, ' ');
  const text = `topics: [{ id: test, match: test }]\nrecipients:\n  - ${service}: ${line}\n`;
  const { chats } = parseConfig(text, `--${service}`, env);
  const [recipient] = chats;
  if (recipient?.service === service && chats.length === 1) return recipient;
  throw new NewsAlertsError(
    `--${service}: expected one address, got ${count(chats.length, 'address', 'addresses')}`,
  );
}

/**
 * Sends a test alert to recipients, at once and not through the queue. Calls `report` for each answer.
 * @throws NewsAlertsError if a service does not accept the test
 */
export async function sendTestChats(
  recipients: readonly ChatRecipient[],
  topic: TestTopic,
  report: (service: ChatService, to: string, answer: string) => void,
): Promise<void> {
  const alert = parseAlert(testAlert(topic).json);
  if (!alert) throw new TypeError('the test alert is no alert');
  const failures: string[] = [];
  for (const recipient of recipients) {
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
      threadName: threadNameOf(alert),
    });
    if (outcome.kind === 'sent')
      report(recipient.service, recipient.name, `sent to ${label}: ${outcome.answer}`);
    else failures.push(`the test was not sent to ${label}: ${outcome.detail}`);
  }
  if (failures.length > 0) throw new NewsAlertsError(failures.join('\n'));
}
