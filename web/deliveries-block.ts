import sms from 'sms-segments-calculator';
import { documentText } from '../functions/chat/alert-document.ts';
import { CHAT_SERVICES } from '../functions/chat/services.ts';
import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import { ALL_CHAT_SERVICES, type ChatService, type Protocol } from '../functions/shared/model.ts';
import { ALL_PROTOCOLS, PROTOCOLS } from '../functions/shared/protocols.ts';
import { count } from '../functions/shared/text/count.ts';
import type { OutboxDelivery, OutboxEntry } from '../local/outbox/outbox-entry.ts';
import type { PageMessage } from '../local/page-data.ts';
import { timeOfDay } from './time-markup.ts';

type SentTexts = Pick<OutboxEntry, 'subject' | 'bodies'>;

/** How the texts of protocols are shown that are more than a text. */
const TEXTS: { readonly [Name in Protocol]?: (entry: SentTexts) => Markup } = {
  email: emailText,
  sms: ({ bodies }) => smsText(bodies.sms),
};
const plainText = ({ bodies }: SentTexts, protocol: Protocol) =>
  markup`<pre dir="auto">${bodies[protocol]}</pre>`;
const STATE_NAMES: Readonly<Record<OutboxDelivery['how'], string>> = {
  shown: 'shown here',
  waiting: 'waiting',
  mailed: 'sent',
  sent: 'sent',
  unknown: 'may have been sent',
  failed: 'failed',
};

/**
 * Returns what each recipient received: one tab per protocol and chat service, with the text and the state of each
 * delivery. The text of a chat service has no formatting here, and its times are in UTC. Says so if the deliveries are not
 * known.
 */
export function deliveriesBlock(entry: PageMessage, isOpen = false): Markup {
  const { deliveries, recipients, messageId, subject, bodies } = entry;
  if (deliveries === 'unknown' || !bodies) return publishedNotice(entry, isOpen);
  const tabs = ALL_PROTOCOLS.map((protocol) => {
    const to = deliveries.filter((delivery) => delivery.protocol === protocol);
    const isSent = to.some(({ how }) => how !== 'shown');
    const texts = { subject, bodies: isSent ? withoutLinks(bodies) : bodies };
    const content = TEXTS[protocol]?.(texts) ?? plainText(texts, protocol);
    // Tabs with a name close each other.
    return tab(isOpen ? undefined : messageId, PROTOCOLS[protocol].name, to, content);
  });
  const chatTabs = ALL_CHAT_SERVICES.map((service: ChatService) => {
    const to = deliveries.filter((delivery) => delivery.protocol === service);
    const text = to.length === 0 || entry.alert === undefined ? '' : documentText(entry.alert, 'UTC');
    const content = markup`<pre dir="auto">${text}</pre>`;
    return tab(isOpen ? undefined : messageId, CHAT_SERVICES[service].name, to, content);
  });
  return markup`<div class="deliveries">${tabs}${chatTabs}</div>
${undeliveredNotices(deliveries)}${missingReports(recipients, deliveries.length)}`;
}

/** Returns texts without the links by which their one reader confirms or changes a subscription. */
function withoutLinks(bodies: SentTexts['bodies']): SentTexts['bodies'] {
  return {
    ...bodies,
    email: bodies.email.replace(/(\/(?:confirm|manage|stop|mute)\?)\S+/g, '$1… (only in the mail)'),
  };
}

/** Returns what is known of a message on AWS. */
function publishedNotice({ protocols, unnamed = 0 }: PageMessage, isOpen: boolean): Markup {
  const by =
    protocols && protocols.length > 0
      ? ` for ${protocols.map((one) => PROTOCOLS[one].name).join(' and ')}`
      : '';
  const missing = unnamed === 0 ? '' : ` The log does not name ${count(unnamed, 'item')} of the message.`;
  const unknown = isOpen
    ? ' The stories are from the alert log. AWS records neither the text of a message nor its deliveries.'
    : '';
  return markup`<p class="quiet">Published to the topic’s SNS channel${by}.${missing}${unknown}</p>`;
}

function tab(
  messageId: string | undefined,
  name: string,
  to: readonly OutboxDelivery[],
  content: Markup,
): Markup {
  if (to.length === 0) return markup``;
  const people = to.map(
    (delivery) => markup`<li><bdi>${delivery.endpoint}</bdi> · ${stateWithAnswer(delivery)}</li>`,
  );
  return markup`<details ${messageId === undefined ? markup`open` : markup`name="sent-${messageId}"`}>
<summary>${name} <span>${to.length === 1 ? oneRecipient(to) : severalRecipients(to)}</span></summary>
<div class="message"><ul class="to">${people}</ul>${content}</div>
</details>`;
}

function oneRecipient(to: readonly OutboxDelivery[]): string {
  return to.map((delivery) => `${delivery.endpoint} · ${stateText(delivery)}`).join();
}

/** Returns the state in words. A waiting message that was not refused is on its way. */
function stateText({ how, detail }: OutboxDelivery): string {
  return how === 'waiting' && detail === undefined ? 'on its way' : STATE_NAMES[how];
}

/** Returns the state, and for a message that was sent also the server's answer. */
function stateWithAnswer(delivery: OutboxDelivery): string {
  const { how, detail } = delivery;
  return (how === 'mailed' || how === 'sent') && detail !== undefined
    ? `${stateText(delivery)}: ${detail}`
    : stateText(delivery);
}

function severalRecipients(to: readonly OutboxDelivery[]): string {
  const counts = (['mailed', 'sent', 'waiting', 'unknown', 'shown', 'failed'] as const)
    .map((state) => ({ state, number: to.filter(({ how }) => how === state).length }))
    .filter(({ number }) => number > 0);
  const states = counts.map(({ state, number }) =>
    counts.length === 1 ? STATE_NAMES[state] : `${number} ${STATE_NAMES[state]}`,
  );
  return `${to.length} recipients · ${states.join(', ')}`;
}

function emailText({ subject, bodies }: SentTexts): Markup {
  return markup`<p class="subject" dir="auto">${subject}</p><pre dir="auto">${bodies.email}</pre>`;
}

/** Returns an SMS with its length and parts. */
export function smsText(text: string): Markup {
  const { segmentsCount, encodedChars, encodingName } = new sms.SegmentedMessage(text);
  // Some characters count twice: { and € in GSM-7, emoji in UCS-2.
  const length = encodedChars.reduce((sum, { codeUnits }) => sum + (codeUnits?.length ?? 0), 0);
  const parts = segmentsCount === 1 ? 'one part' : `${segmentsCount} parts`;
  // Each part of several says which one it is, which takes some of its characters.
  const [onePart, eachPart] = encodingName === 'GSM-7' ? [160, 153] : [70, 67];
  const maxLength = segmentsCount === 1 ? onePart : segmentsCount * eachPart;
  return markup`<pre class="bubble" dir="auto">${text}</pre>
<p class="length">${String(length)} of ${String(maxLength)} characters, ${parts} (${encodingName})</p>`;
}

/** Returns why deliveries failed or wait. */
export function undeliveredNotices(deliveries: readonly OutboxDelivery[]): Markup {
  return joinMarkup(
    deliveries.flatMap(({ endpoint, how, detail, nextAt }) => {
      if (how === 'failed')
        return [
          markup`<p class="trouble">Not sent to <bdi>${endpoint}</bdi>: ${detail ?? 'no reason given'}</p>`,
        ];
      if (how === 'unknown')
        return [
          markup`<p class="trouble">May have been sent to <bdi>${endpoint}</bdi>: ${detail ?? 'no reason given'}</p>`,
        ];
      if (how !== 'waiting' || detail === undefined) return [];
      const next = nextAt === undefined ? '' : markup` Next try at ${timeOfDay(nextAt)}.`;
      return [markup`<p class="trouble">Waiting for <bdi>${endpoint}</bdi>: ${detail}.${next}</p>`];
    }),
  );
}

/** Returns how many recipients have no delivery on record. For http(s) subscribers only failures are recorded. */
function missingReports(recipients: number | undefined, reported: number): Markup {
  if (recipients === undefined) return markup``;
  if (recipients === 0) return markup`<p class="quiet">Nobody is subscribed to this topic.</p>`;
  if (reported >= recipients) return markup``;
  return markup`<p class="quiet">No report yet from ${String(recipients - reported)} of ${String(recipients)} recipients.</p>`;
}
