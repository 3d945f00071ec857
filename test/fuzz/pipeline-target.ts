import { Parser } from 'htmlparser2';
import sms from 'sms-segments-calculator';
import { parseQuery } from '../../config/query/compile-query.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { match } from '../../functions/match/match.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import { diff } from '../../functions/poll/diff/diff.ts';
import { identify, newItemId, toItem } from '../../functions/poll/diff/identity.ts';
import { itemMessages } from '../../functions/poll/item-messages.ts';
import { type ParseResult, parseFeed } from '../../functions/poll/parser/parse.ts';
import type { Burst, Hit } from '../../functions/shared/messages.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { alertHtml } from '../../functions/shared/render/alert-html.ts';
import { createConsole } from '../../local/console.ts';
import { composeMail } from '../../local/mail/compose-mail.ts';
import { toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { alertCard } from '../../web/alert-card.ts';
import {
  NotifyHarness,
  type PublishedMessage,
  ROUND_UP_AT,
  START,
} from '../functions/notify/notify-harness.ts';
import { countedMetrics } from '../helpers/counted-metrics.ts';
import { memoryTable } from '../helpers/memory-table.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { hostileText, mutate } from './mutate.ts';
import { type FuzzTarget, randomOf } from './target.ts';

const GOOD = ['Kessel bridge opens after nine years', 'Ferry strike ends at the old bridge'] as const;
const FEED: Feed = {
  id: 'courier',
  url: 'https://courier.example/feed',
  title: 'The Courier',
  every: 300_000,
  everyAtMost: 1_200_000,
  offset: 0,
  tags: [],
  enabled: true,
};
/** The limit of SNS for all protocols together. */
const MAX_MESSAGE_BYTES = 262_144;
const MAX_QUEUE_BYTES = 1_048_576;

const matcher = compileMatcher(
  [
    'bridge',
    'flood OR storm',
    '/./',
    'a NEAR/10 b',
    'kessel*',
    'title:bridge -zebra',
    'category:/./',
    'url:courier',
    'lang:de',
  ].map((text, n) => ({
    id: `topic-${n}`,
    query: parseQuery(text).query,
    ...(n === 0 ? { urgent: parseQuery('evacuat* OR storm').query } : {}),
  })),
  findPattern,
);

/** Sends a hostile entry among good ones through the pipeline, from the document to the messages. */
export const pipelineTarget: FuzzTarget = {
  share: 26,
  make(random, seeds) {
    const text = hostileText(random, seeds);
    return random.chance(0.8) ? Buffer.from(text) : mutate(random, Buffer.from(text), seeds.documents, seeds);
  },
  async check(input) {
    const text = input.toString('utf8');
    const random = randomOf(input);
    const isRaw = random.chance(0.2);
    const document = isRaw
      ? rawDocument(text)
      : random.pick([rssDocument, atomDocument, jsonDocument])(text, random);
    const parsed = await parseFeed(Buffer.from(document), { url: FEED.url, contentType: '', now: START });
    // Unclosed markup may swallow later entries, but not earlier ones.
    const good = isRaw ? GOOD.slice(0, 1) : GOOD;
    if (!parsed.ok) return `a feed with good entries was refused: ${parsed.failure.kind}`;
    const lost = good.find((title) => !parsed.feed.entries.some((entry) => entry.title === title));
    if (lost !== undefined) return `the parser lost a good entry: ${lost}`;
    return deliveryFault(await hitsOf(parsed), good);
  },
};

const escaped = (text: string) =>
  text
    .toWellFormed()
    .replace(/(?![\t\n\r\u007f-\u009f])[\p{Cc}\p{Noncharacter_Code_Point}]/gu, '')
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const rssItem = (title: string, n: number) =>
  `<item><title>${title}</title><link>https://courier.example/${n}</link><guid>g${n}</guid><description>Cars may cross it.</description></item>`;
const rss = (items: string) =>
  `<rss version="2.0"><channel><title>The Courier</title>${items}</channel></rss>`;

const rawDocument = (text: string) => rss(`${rssItem(GOOD[0], 1)}<item>${text}</item>`);

function rssDocument(text: string, random: SeededRandom): string {
  const bad = escaped(text);
  const [title, summary, link] = [cut(bad, random), cut(bad, random), cut(bad, random)];
  return rss(
    `${rssItem(GOOD[0], 1)}<item><title>bridge ${title}</title><link>${link}</link><guid>${title}</guid><category>${summary}</category><author>${title}</author><pubDate>${link}</pubDate><description>${summary}</description></item>${rssItem(GOOD[1], 2)}`,
  );
}

function atomDocument(text: string, random: SeededRandom): string {
  const bad = escaped(text);
  const entry = (title: string, n: number) =>
    `<entry><title>${title}</title><id>urn:${n}</id><link href="https://courier.example/${n}"/><summary>Cars may cross it.</summary></entry>`;
  return `<feed xmlns="http://www.w3.org/2005/Atom"><title>The Courier</title>${entry(GOOD[0], 1)}<entry><title type="html">bridge ${cut(bad, random)}</title><id>${bad}</id><link href="${cut(bad, random)}"/><category term="${bad}"/><author><name>${bad}</name></author><content type="html">${bad}</content></entry>${entry(GOOD[1], 2)}</feed>`;
}

function jsonDocument(text: string, random: SeededRandom): string {
  const good = (title: string, n: number) => ({
    id: `g${n}`,
    url: `https://courier.example/${n}`,
    title,
    content_text: 'Cars may cross it.',
  });
  const bad = {
    id: random.pick([text, 7, null, {}, [text]]),
    url: random.pick([text, 'https://courier.example/3', 5]),
    title: random.pick([`bridge ${text}`, text, null, 5, [text], { text }]),
    content_html: text,
    tags: random.pick([[text], text, null, [null, 5]]),
    authors: random.pick([[{ name: text }], text, [null]]),
    date_published: random.pick([text, 5, null]),
  };
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'The Courier',
    items: [good(GOOD[0], 1), bad, good(GOOD[1], 2)],
  });
}

/** Usually returns the whole text, and otherwise its beginning without a partial entity. */
function cut(text: string, random: SeededRandom): string {
  return random.chance(0.7)
    ? text
    : text
        .slice(0, random.integer(200))
        .replace(/&[#\d]*$/, '')
        .replace(/[\ud800-\udbff]$/, '');
}

async function hitsOf(parsed: ParseResult & { ok: true }): Promise<(Hit | Burst)[]> {
  const identified = identify(parsed.feed.entries);
  const { changes } = diff([], identified, (entry, urlIsName) => newItemId(FEED.id, entry, urlIsName));
  const items = changes.map(({ entry, change, id }) => ({
    item: toItem(id, FEED.id, entry),
    change,
    loudness: 'alert' as const,
  }));
  const at = new Date(START).toISOString();
  const hits: (Hit | Burst)[] = [];
  for (const { body } of itemMessages(FEED, { tickAt: at, polledAt: at, revision: 1 }, items)) {
    if (Buffer.byteLength(JSON.stringify(body)) > MAX_QUEUE_BYTES)
      throw new Error('a message that is too large for the queue');
    const log = () => undefined;
    await match(
      {
        log: { debug: log, info: log, warn: log, error: log },
        metrics: countedMetrics(),
        matcher,
        hits: { send: async (found) => void hits.push(...found.map(({ body }) => body)) },
      },
      JSON.parse(JSON.stringify(body)),
    );
  }
  return hits;
}

async function deliveryFault(
  hits: readonly (Hit | Burst)[],
  good: readonly string[],
): Promise<string | undefined> {
  const itemsOf = (message: Hit | Burst) =>
    message.kind === 'hit' ? [message.item] : message.items.map(({ item }) => item);
  const bridgeItems = hits.filter(({ topicId }) => topicId === 'topic-0').flatMap(itemsOf);
  const unmatched = good.find((title) => !bridgeItems.some((item) => item.title === title));
  if (unmatched !== undefined) return `a good entry did not match: ${unmatched}`;
  const harness = new NotifyHarness(memoryTable(), { followUps: { mode: 'all', every: 0, everyAtMost: 0 } });
  for (const hit of hits.filter(({ topicId }) => topicId !== 'topic-2' && topicId !== 'topic-5')) {
    if (Buffer.byteLength(JSON.stringify(hit)) > MAX_QUEUE_BYTES)
      return 'a hit that is too large for the queue';
    await harness.receive({ ...hit, topicId: harness.topic.id });
  }
  harness.now += 3_600_000;
  // Delivers the hostile text again, as an edit of a good item.
  const [hostile] = hits.filter(
    (message): message is Hit => message.kind === 'hit' && !good.includes(message.item.title),
  );
  const [first] = bridgeItems;
  if (hostile && first) {
    const item = { ...hostile.item, id: first.id };
    await harness.receive({
      ...hostile,
      topicId: harness.topic.id,
      item,
      change: 'edited',
      polledAt: new Date(harness.now).toISOString(),
    });
  }
  await harness.tickAt(ROUND_UP_AT);
  const delivered = harness.published.flatMap(({ alert }) =>
    alert.entries.flatMap(({ title, previousTitle }) => [title, previousTitle]),
  );
  const undelivered = good.find((title) => !delivered.includes(title));
  if (undelivered !== undefined) return `a good entry was not delivered: ${undelivered}`;
  for (const message of harness.published) {
    const fault = faultOf(message);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const UNSAFE = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Cs}]/u;
const TAGS = new Set(
  'html head meta title style body div p a b i s em strong mark span small br hr h1 h2 h3 h4 ul ol li article header section footer time details summary table tbody tr td bdi dl dt dd'.split(
    ' ',
  ),
);

function faultOf({ message, alert }: PublishedMessage): string | undefined {
  const { subject, email, sms: text, json } = message;
  if (subject.length >= 100 || /\n/.test(subject) || subject === '')
    return `a subject that SNS refuses: ${JSON.stringify(subject)}`;
  if (Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES) return 'a message that SNS refuses';
  if (new sms.SegmentedMessage(text, 'auto', true).segmentsCount > 1)
    return `an SMS of more than one part: ${JSON.stringify(text)}`;
  const published = toOutboxEntry({
    messageId: 'm',
    topicArn: 'arn:aws:sns:x:0:t',
    subject,
    bodies: { default: email, email, sms: text, http: json },
    attributes: {},
    at: new Date(START).toISOString(),
    receivers: [{ protocol: 'email', endpoint: 'you@example.com' }],
  });
  if (!published.alert) return 'an alert that the outbox rejects';
  const shown: readonly (readonly [string, string])[] = [
    ['subject', subject],
    ['email', email],
    ['SMS', text],
    ['terminal', onTerminal(published)],
    [
      'mail',
      JSON.stringify(
        composeMail(
          [published],
          'you@example.com',
          { address: 'me@example.com', domain: 'example.com' },
          () => 'UTC',
        ),
      ).replaceAll(/\\u[\da-f]{4}/g, (code) => JSON.parse(`"${code}"`)),
    ],
  ];
  for (const [where, output] of shown) {
    const [unsafe] = UNSAFE.exec(output) ?? [];
    if (unsafe !== undefined) return `U+${unsafe.codePointAt(0)?.toString(16)} in the ${where}`;
  }
  const pages: readonly (readonly [string, string])[] = [
    ['HTML of the email', alertHtml([alert], 'UTC')],
    ['page', String(alertCard(published, () => 'a'))],
  ];
  for (const [where, html] of pages) {
    const foreign = foreignMarkup(html);
    if (foreign !== undefined) return `${foreign} in the ${where}`;
  }
  return undefined;
}

function onTerminal(published: Parameters<ReturnType<typeof createConsole>['alert']>[0]): string {
  const write = process.stdout.write;
  let output = '';
  process.stdout.write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  try {
    createConsole({ all: () => [], recordPoll: () => undefined } as never, false).alert(published);
  } finally {
    process.stdout.write = write;
  }
  return output;
}

function foreignMarkup(html: string): string | undefined {
  let found: string | undefined;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!TAGS.has(name)) found = `<${name}>`;
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) found = key;
        if ((key === 'href' || key === 'src') && !/^(https?:\/\/|[/?#])/.test(value))
          found = `${key}=${value}`;
      }
    },
  });
  parser.end(html);
  if (UNSAFE.test(html)) found = 'a control character';
  return found;
}
