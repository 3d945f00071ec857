/**
 * The domain of the product as plain types. Imports nothing.
 * Times are ISO 8601 strings in UTC; durations are milliseconds; a clock returns milliseconds since the epoch.
 */

/** Returns the current time in milliseconds since the epoch. Injected everywhere, so tests can use virtual time. */
export type Clock = () => number;

/** A source that is polled. */
export interface Feed {
  readonly id: string;
  /**
   * The address as written in the file: `${NAME}` after the host stands for a secret, `$${` for `${`. Stages that do not
   * fetch get only the host.
   */
  readonly url: string;
  readonly title: string;
  /** The file gives the feed no title, so `title` is its host until a document of the feed provides one. */
  readonly untitled?: true;
  /** Shortest interval between two polls, ms. */
  readonly every: number;
  /** Longest interval between two polls, ms. If the feed asks for a longer interval, this one applies. */
  readonly everyAtMost: number;
  /** The feed is polled this many ms after every multiple of `every`. */
  readonly offset: number;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** User-Agent for this feed only. */
  readonly userAgent?: string;
}

/** One entry of a feed, normalised. Text fields are plain text. */
export interface Item {
  /** Stable across edits. Items with the same address share its first digits (functions/shared/item-id.ts). */
  readonly id: string;
  /** Changes whenever title, summary or content changes. */
  readonly contentHash: string;
  readonly feedId: string;
  readonly title: string;
  /** A part of the title that the feed repeats in several items, such as the name of a column. */
  readonly rubric?: string;
  readonly summary: string;
  readonly content: string;
  readonly url?: string;
  readonly guid?: string;
  readonly published?: string;
  readonly updated?: string;
  /** Lower-case language tag, such as "pt-br". Absent if the feed does not name the language. */
  readonly language?: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  /** Title of the live page that the item is an update of. It is matched, but is no part of the item's own text. */
  readonly context?: string;
}

/** A word or a phrase to look for. */
export interface Term {
  /** The term as the user wrote it, without quotes and operators. Reasons show the term in this form. */
  readonly text: string;
  /** In quotes: matches these words in sequence, without inflections. */
  readonly quoted?: true;
  /**
   * Written with `=`: matches without inflections and with diacritics as written. An all-capitals term matches capitals
   * only.
   */
  readonly exact?: true;
  /** The last word is a prefix: `word*`, `"two wor*"`. */
  readonly prefix?: true;
}

/** A part of an item that a query can name. A query that names none searches title, summary, content and context. */
export type ItemField = 'title' | LabelField;
/** The fields of an item other than its texts. Each category and each author is matched separately. */
export type LabelField = 'category' | 'author' | 'url';

/**
 * An operator that compares a name, not words:
 * - `source`: a feed's id, words of its title, or the host of the feed or of the item's address.
 * - `language`: the item's language, as a lower-case tag.
 */
export type NameOperator = 'source' | 'language';
export type NameQuery = { [Operator in NameOperator]: { readonly [Name in Operator]: string } }[NameOperator];

/** The parts of a query that have no parts of their own. */
export type LeafQuery =
  | { readonly term: Term; readonly in?: ItemField }
  /** An RE2 pattern; case does not matter. */
  | { readonly regex: string; readonly in?: ItemField }
  | NameQuery;

/** The query of a topic. */
export type Query =
  | LeafQuery
  /**
   * Both operands in one field, in any order, with at most `near` words between them. Operands are terms, or `any` of terms.
   */
  | { readonly near: number; readonly of: readonly [Query, Query] }
  | { readonly all: readonly Query[] }
  | { readonly any: readonly Query[] }
  | { readonly not: Query };

/**
 * Which developments of a story are sent as follow-ups:
 * - `calm`: collected and sent at growing intervals; urgent ones at once.
 * - `all`: each at once, and every edit of an item as well.
 * - `urgent`: only urgent ones, at once.
 * - `off`: none.
 * Developments that are not sent as follow-ups are listed in the round-up.
 */
export type FollowUpMode = 'calm' | 'all' | 'urgent' | 'off';

export interface FollowUps {
  readonly mode: FollowUpMode;
  /** Shortest time between a story's alert and its first follow-up, ms. It doubles with every follow-up. */
  readonly every: number;
  /** Longest time between two follow-ups of a story, ms. */
  readonly everyAtMost: number;
}

/** A local time of day. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** A time of each day in an IANA zone. */
export type DailyTime = TimeOfDay & { readonly timeZone: string };

/** When a topic's alerts go out. */
export type DeliverySchedule =
  | { readonly mode: 'now' }
  /** On the hour in this zone, UTC by default. Some zones are half an hour off. */
  | { readonly mode: 'hourly'; readonly timeZone?: string }
  | (DailyTime & { readonly mode: 'daily' })
  /** `weekday`: 1 is Monday. */
  | (DailyTime & { readonly mode: 'weekly'; readonly weekday: number });

/** A period of a day. If `to` is not later than `from`, the period ends on the next day. */
export interface QuietHours {
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
  /** The weekdays on which the period begins, 1 is Monday; every day by default. */
  readonly days?: readonly number[];
}

/** The hours in which no alert is sent. */
export interface QuietSchedule {
  readonly hours: readonly QuietHours[];
  readonly timeZone: string;
}

/** The maximum number of alerts sent at once. Alerts beyond it become a digest. */
export interface AlertCaps {
  readonly hour?: number;
  readonly day?: number;
  readonly timeZone: string;
  /**
   * Set if the file has no caps and these are the defaults. A single feed may then use only part of them. Absent in
   * configurations of earlier releases.
   */
  readonly byDefault?: true;
}

/** When alerts are sent, and how many at once. */
export interface DeliveryPolicy {
  readonly deliver: DeliverySchedule;
  readonly followUps: FollowUps;
  readonly quiet?: QuietSchedule;
  readonly atMost?: AlertCaps;
}

export interface SmsPolicy extends DeliveryPolicy {
  /** How many independent outlets must report a story before it is sent by SMS. */
  readonly minSources: number;
}

/** A watched topic: a query, and how its news is delivered. */
export interface Topic extends DeliveryPolicy {
  readonly id: string;
  readonly name: string;
  /** What the topic is about, for people who sign up. */
  readonly description?: string;
  /** Absent if the query in the file is invalid: the topic then matches nothing, but keeps its channel and subscribers. */
  readonly query?: Query;
  /** Matching items are alerted in quiet hours as well. */
  readonly urgent?: Query;
  /**
   * When the daily round-up is sent by email. It lists retellings, and developments that were not sent as follow-ups.
   * Absent if there is no round-up. Topics with digests list these items in their digests.
   */
  readonly roundUp?: DailyTime;
  /** IANA zone in which the topic's alerts show times. Absent if it is the zone of the configuration. */
  readonly timeZone?: string;
  /** The policy for SMS. If present, the topic's own policy applies to email only. */
  readonly sms?: SmsPolicy;
}

export type Protocol = 'email' | 'sms';

/** The reaction to a publish that may or may not have reached SNS: `resend` risks a duplicate, `skip` a lost alert. */
export type OnAmbiguous = 'resend' | 'skip';

/** The part of the user's file that the stages need. Addresses of recipients are not in it; only subscriptions have them. */
export interface PipelineConfig {
  /** Hash of the configuration. A change makes every feed due at once. */
  readonly version: string;
  readonly feeds: readonly Feed[];
  readonly topics: readonly Topic[];
  /** How far back the first poll of a feed looks for its welcome digest, ms. */
  readonly firstPoll: number;
  /** Protocols that are not listed have the default of functions/shared/protocols.ts. */
  readonly onAmbiguous: { readonly [Name in Protocol]?: OnAmbiguous };
  /** IANA zone in which alerts show times, unless their topic has its own; UTC by default. */
  readonly timeZone?: string;
  readonly smsParts?: SmsParts;
  /** Names of the secrets in feed addresses, sorted. */
  readonly secrets?: readonly string[];
  /** Set if no hub is asked to push news. */
  readonly push?: false;
  /** Set if people can sign up, or read topics as feeds. */
  readonly signup?: SignupSettings;
  /** The sender of HTML mail by SES. Absent if SNS sends emails. */
  readonly htmlEmail?: Sender;
  /** User-Agent of feeds without their own. */
  readonly userAgent?: string;
  /** Absent in configurations of earlier releases. */
  readonly sms?: SmsSettings;
}

/** What people can sign up for. */
export interface SignupSettings {
  /** Ids of the topics that they can choose; empty if there are only feeds. */
  readonly topicIds: readonly string[];
  /** Beginnings of the phone numbers that may sign up for SMS; empty if none may. */
  readonly smsPrefixes: readonly string[];
  /** Set if every topic can be read as a feed. */
  readonly feeds?: true;
  /** When people get their mail who choose one a day; absent if nobody may choose it. */
  readonly digest?: DailyTime;
}

/** How SNS sends SMS. */
export interface SmsSettings {
  /**
   * `transactional` by default. `promotional` is cheaper in some countries, but is held back at night or for some numbers.
   */
  readonly type?: 'transactional' | 'promotional';
  /** The sender that phones show instead of a number, in countries that allow this. */
  readonly sender?: string;
}

/** The SMS budget. */
export interface SmsParts {
  /** Maximum number of SMS parts in a month. */
  readonly month: number;
  /** Number of SMS recipients by topic id. */
  readonly recipients: Readonly<Record<string, number>>;
}

/** The sender of mails. */
export interface Sender {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
}

/** An address of a recipient. */
export interface Contact {
  readonly protocol: Protocol;
  readonly endpoint: string;
}

/** Who receives a topic's alerts, and by which protocol. */
export interface Subscription extends Contact {
  readonly topicId: string;
}

/** A subscription of a channel: a recipient, or the queue of a function that delivers alerts itself. */
export type ChannelSubscription =
  | Subscription
  | { readonly topicId: string; readonly protocol: 'sqs'; readonly endpoint: 'chat' | 'mail' };

/** The services that take alerts over HTTP, beside SNS. Their recipients get the alerts that email recipients get. */
export const ALL_CHAT_SERVICES = ['slack', 'discord', 'teams', 'ntfy', 'telegram', 'webhook'] as const;
export type ChatService = (typeof ALL_CHAT_SERVICES)[number];

/**
 * An address at a chat service. Contains secrets, so it is never stored, logged or shown. In a deployment's configuration, names
 * such as `${SLACK_NEWS}` stand in their place.
 */
export interface ChatAddress {
  readonly service: ChatService;
  /** Where messages are posted. For Telegram, the server of the Bot API. */
  readonly url: string;
  /** The access token of ntfy, or of the Telegram bot. */
  readonly token?: string;
  /** The id or name of the Telegram chat. */
  readonly chat?: string;
  /** The signing secret of a webhook. */
  readonly secret?: string;
  /** The host may be on this machine or in a private network. */
  readonly private?: true;
}

/** Who receives alerts at a chat service, and of which topics. */
export interface ChatRecipient extends ChatAddress {
  /** Stands for the address wherever it is stored or shown. Contains no secret. */
  readonly name: string;
  readonly topicIds: readonly string[];
}

/** The texts of an item that every query searches. */
export type TextField = 'title' | 'summary' | 'content' | 'context';

/** Why an item matched a topic: a term of the query, and the first place where it occurs in the item. */
export interface Reason {
  readonly term: string;
  readonly field: TextField | LabelField;
  readonly snippet: string;
  /** The words to highlight, as written in the snippet. They may be an inflection of the term. Absent in older messages. */
  readonly found?: string;
}

/**
 * How an item is notified. Messages call this `loudness`.
 * - `alert`: according to the topic's policy.
 * - `welcome`: in the one digest that follows a feed's first poll.
 * - `silent`: not at all; the feed already had the item before the first-poll window.
 */
export type NotifyMode = 'alert' | 'welcome' | 'silent';

/** The role of an item in its story: the first report, a report that adds something, or a retelling (`also`). */
export type StoryRole = 'first' | 'development' | 'also';

/** One item in an alert. */
export interface AlertEntry {
  /** `update`: an edit of an item that was delivered before. */
  readonly kind: 'new' | 'update';
  /** Absent in entries of 0.1.0: then `first` for a new item and `development` for an update. */
  readonly role?: StoryRole;
  readonly storyId: string;
  /** First headline of the story, and when it was found. Absent if this entry is the first report. */
  readonly story?: { readonly title: string; readonly foundAt: string };
  /** In a digest: id of the story of an earlier entry, if this entry turned out to report the same story. */
  readonly shownWith?: string;
  readonly itemId: string;
  readonly title: string;
  readonly previousTitle?: string;
  /** For an update: the passage of the text with the addition, and the added words in it. */
  readonly added?: { readonly text: string; readonly words: readonly string[] };
  readonly summary: string;
  readonly url?: string;
  readonly feed: string;
  /** Titles of the other feeds that have reported the story so far. */
  readonly sources?: readonly string[];
  readonly published?: string;
  /** When the feed was polled. Absent in entries that have been waiting since 0.1.0. */
  readonly foundAt?: string;
  readonly why: readonly Reason[];
}

/** A message about one story or, as a digest, about several. */
export interface Alert {
  readonly id: string;
  readonly topicId: string;
  readonly topicName: string;
  readonly kind: 'new' | 'follow-up' | 'roundup' | 'digest' | 'welcome' | 'notice';
  readonly entries: readonly AlertEntry[];
  /** Counts of the items that no message lists because there were too many. */
  readonly leftOut?: readonly LeftOut[];
  /** Set if only some readers of emails receive it: those who get each message, or those who chose one mail a day. */
  readonly readers?: 'at once' | 'daily';
}

export interface LeftOut {
  /** Title of the feed. */
  readonly feed: string;
  readonly items: number;
  /** `items` is a lower bound; counting stopped there. */
  readonly orMore?: true;
}

/** An alert ready to publish to a channel, with its text for each protocol. An SMS has one part. */
export interface RenderedAlert extends Readonly<Record<Protocol, string>> {
  readonly subject: string;
  /** The alert as JSON, for http(s), SQS and Lambda subscribers. */
  readonly json: string;
  /** The id of the story, if the alert is about exactly one. */
  readonly storyId?: string;
}
