/**
 * The words of the product as plain types. Imports nothing.
 * Times are ISO 8601 strings in UTC; durations are milliseconds; a clock gives milliseconds since the epoch.
 */

/** Gives "now" in milliseconds since the epoch. Injected everywhere, so that time can be virtual. */
export type Clock = () => number;

/** A source that is polled. */
export interface Feed {
  readonly id: string;
  /** The address as written in the file: `${NAME}` behind the host stands for a secret, `$${` for `${`. Stages that do not fetch have the host alone. */
  readonly url: string;
  readonly title: string;
  /** The file gives it no title: `title` is its host, until a document of it gives one. */
  readonly untitled?: true;
  /** Shortest time between two polls, ms. */
  readonly every: number;
  /** Longest time between two polls, ms: as far as the feed's own pace may stretch it. */
  readonly everyAtMost: number;
  /** When its turns are: this many ms after every multiple of `every`. */
  readonly offset: number;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** User-Agent for this feed alone. */
  readonly userAgent?: string;
}

/** One entry of a feed, as normalised by us. Text fields are plain text. */
export interface Item {
  /** Stable across edits; begins the same for all items with its address: functions/shared/item-id.ts. */
  readonly id: string;
  /** Changes whenever title, summary or content do. */
  readonly contentHash: string;
  readonly feedId: string;
  readonly title: string;
  /** A part of the title that its feed gives to several items, such as the name of a column. */
  readonly rubric?: string;
  readonly summary: string;
  readonly content: string;
  readonly url?: string;
  readonly guid?: string;
  readonly published?: string;
  readonly updated?: string;
  /** As a tag in lower case, "pt-br", where the feed says so. */
  readonly language?: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
}

/** A word or a phrase to look for. */
export interface Term {
  /** As the user wrote it, without quotes and signs; what reasons name. */
  readonly text: string;
  /** It was in quotes: words in a row, without inflections. */
  readonly quoted?: true;
  /** Written with `=`: no inflections, diacritics and, where all letters are capitals, capitals as they stand. */
  readonly exact?: true;
  /** Its last word is the beginning of one: `word*`, `"two wor*"`. */
  readonly prefix?: true;
}

/** A part of an item that a query can name. Without one it asks for title, summary and content. */
export type ItemField = 'title' | LabelField;
/** What a feed says of an item beside its texts: each of the categories and authors by itself, and the address. */
export type LabelField = 'category' | 'author' | 'url';

/** What a topic watches for. */
export type Query =
  | { readonly term: Term; readonly in?: ItemField }
  /** A pattern of RE2, without regard to case. */
  | { readonly regex: string; readonly in?: ItemField }
  /** A feed's id, words of its title, or the host of it or of the item's address. */
  | { readonly source: string }
  /** The item's language, as a tag in lower case. */
  | { readonly language: string }
  /** Both, in any order, in one field with at most so many words between them. Terms, or any of terms. */
  | { readonly near: number; readonly of: readonly [Query, Query] }
  | { readonly all: readonly Query[] }
  | { readonly any: readonly Query[] }
  | { readonly not: Query };

/**
 * Which developments of a story are sent as follow-ups:
 * - `calm`: gathered, at growing intervals; urgent ones at once.
 * - `all`: each at once, and every edit of an item.
 * - `urgent`: urgent ones alone, at once.
 * - `off`: none.
 * Developments that are not sent as follow-ups are listed in the round-up.
 */
export type FollowUpMode = 'calm' | 'all' | 'urgent' | 'off';

export interface FollowUps {
  readonly mode: FollowUpMode;
  /** Shortest time between a story's alert and its first follow-up, ms; doubles with every follow-up. */
  readonly every: number;
  /** Longest time between two follow-ups of a story, ms. */
  readonly everyAtMost: number;
}

/** A time of the day, by the clocks of some zone. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** When a topic's alerts go out. */
export type DeliverySchedule =
  | { readonly mode: 'now' }
  /** By the clocks of the zone, some of which are half an hour off; UTC without one. */
  | { readonly mode: 'hourly'; readonly timeZone?: string }
  | (TimeOfDay & { readonly mode: 'daily'; readonly timeZone: string })
  /** `weekday`: 1 is Monday. */
  | (TimeOfDay & { readonly mode: 'weekly'; readonly weekday: number; readonly timeZone: string });

/** Where `to` is not the later one, it is of the next day. */
export interface QuietHours {
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
  /** On which they begin, 1 is Monday; every day without them. */
  readonly days?: readonly number[];
}

/** When nothing is told: in any of these hours. */
export interface QuietSchedule {
  readonly hours: readonly QuietHours[];
  readonly timeZone: string;
}

/** How many alerts are told at once, at most; the others become a digest. */
export interface AlertCaps {
  readonly hour?: number;
  readonly day?: number;
  readonly timeZone: string;
  /** The file says nothing: a feed gets a part of these alone. Not in configurations of earlier releases. */
  readonly byDefault?: true;
}

/** When news is told, and how much of it at once. */
export interface DeliveryPolicy {
  readonly deliver: DeliverySchedule;
  readonly followUps: FollowUps;
  readonly quiet?: QuietSchedule;
  readonly atMost?: AlertCaps;
}

export interface SmsPolicy extends DeliveryPolicy {
  /** How many independent outlets must tell a story before it is told by SMS. */
  readonly minSources: number;
}

/** A watched topic: a query, and how its news is delivered. */
export interface Topic extends DeliveryPolicy {
  readonly id: string;
  readonly name: string;
  /** Absent where the file's has a fault: the topic matches nothing, and keeps its channel and subscribers. */
  readonly query?: Query;
  /** What of its news is told in quiet hours, too. */
  readonly urgent?: Query;
  /**
   * When the daily round-up is sent by email. It lists retellings, and developments that were not sent as follow-ups.
   * Absent: there is none. Topics with digests list them there.
   */
  readonly roundUp?: TimeOfDay & { readonly timeZone: string };
  /** IANA zone in which its alerts show times, where it is not that of all. */
  readonly timeZone?: string;
  /** Where SMS go by a policy of their own: then the topic's is that of email alone. */
  readonly sms?: SmsPolicy;
}

export type Protocol = 'email' | 'sms';

/** What to do when a publish may or may not have reached SNS: risk a duplicate, or risk silence. */
export type OnAmbiguous = 'resend' | 'skip';

/** What the stages need of the user's file. Recipients are not in it: addresses live in subscriptions only. */
export interface PipelineConfig {
  /** Hash of the whole; a change makes every feed due at once. */
  readonly version: string;
  readonly feeds: readonly Feed[];
  readonly topics: readonly Topic[];
  /** How far back the first poll of a feed looks for its welcome digest, ms. */
  readonly firstPoll: number;
  readonly onAmbiguous: Readonly<Record<Protocol, OnAmbiguous>>;
  /** IANA zone in which alerts show times, unless their topic has its own; UTC without it. */
  readonly timeZone?: string;
  readonly smsParts?: SmsParts;
  /** The names in the addresses of feeds, in order. */
  readonly secrets?: readonly string[];
  /** User-Agent for feeds without one of their own. */
  readonly userAgent?: string;
  /** Absent in configurations of earlier releases. */
  readonly sms?: SmsSettings;
}

/** How SNS hands SMS to operators. */
export interface SmsSettings {
  /** `promotional` is cheaper in some countries, and held back at night or from some numbers. Without it, `transactional`. */
  readonly type?: 'transactional' | 'promotional';
  /** What phones show in place of a number, where the country allows it. */
  readonly sender?: string;
}

/** How much is sent by SMS. */
export interface SmsParts {
  /** Parts in a month, at most. */
  readonly month: number;
  /** How many receive each topic by SMS, by its id. */
  readonly recipients: Readonly<Record<string, number>>;
}

/** A way to reach somebody. */
export interface Contact {
  readonly protocol: Protocol;
  readonly endpoint: string;
}

/** Who receives a topic's alerts, and by which protocol. */
export interface Subscription extends Contact {
  readonly topicId: string;
}

/** Why an item matched a topic: the first place where each term that counted was found. */
export interface Reason {
  readonly term: string;
  readonly field: 'title' | 'summary' | 'content' | LabelField;
  readonly snippet: string;
  /** The words there as they stand, which may be another form of the term: what to mark. Not in older messages. */
  readonly found?: string;
}

/**
 * How loudly an item may be told: `alert` as the topic says; `welcome` in the one digest that follows a feed's
 * first poll; `silent` not at all (what a feed already held, beyond the first-poll window).
 */
export type NotifyMode = 'alert' | 'welcome' | 'silent';

// Messages between stages. Each carries a version; a handler accepts the version before its own.

/** feeds queue: this feed is due. */
export interface FeedDue {
  readonly v: 1;
  readonly feedId: string;
  /** The dispatch tick that found it due. */
  readonly tickAt: string;
  /** The tick before. Absent: it is to be polled, whether or not its pace has a turn for it. */
  readonly since?: string;
}

/** What a message says of a feed. */
export interface FeedReference {
  readonly id: string;
  readonly title: string;
  /** The host alone, `https://example.org/`; the whole address in messages of earlier releases, and none in those of 0.1.0. */
  readonly url?: string;
  /** Its title without the document, where `title` comes from that; queries may name it by both. */
  readonly titleInFile?: string;
}

/** items queue: what one poll found. */
export interface ItemsFound {
  readonly v: 2;
  readonly tickAt: string;
  readonly polledAt: string;
  /** Counts the feed's commits up; of two finds in a feed the later has the higher one. Not in version 1. */
  readonly revision?: number;
  readonly feed: FeedReference;
  /** Items of the poll in all of its messages, where these are several. */
  readonly total?: number;
  readonly items: readonly { item: Item; change: 'new' | 'edited'; loudness: NotifyMode }[];
}

/** hits queue: an item that matches a topic. */
export interface Hit {
  readonly v: 2;
  readonly kind: 'hit';
  readonly topicId: string;
  readonly tickAt: string;
  readonly polledAt: string;
  /** Of two hits of an item, the later one counts, in whatever order they arrive. Not in version 1. */
  readonly revision?: number;
  readonly feed: { readonly id: string; readonly title: string };
  readonly item: Omit<Item, 'content' | 'authors' | 'categories' | 'guid' | 'feedId'>;
  readonly change: 'new' | 'edited';
  readonly loudness: NotifyMode;
  /** It is to be told in quiet hours, too. */
  readonly urgent?: true;
  /** Its poll found many items, or many that match the topic. */
  readonly crowded?: true;
  /** Watched terms that were found in its texts; `why` shows the first of them, and of others. */
  readonly terms: readonly string[];
  readonly why: readonly Reason[];
}

/** hits queue: items of one poll that match a topic, and are too many to be hits of their own. */
export interface Burst
  extends Pick<Hit, 'v' | 'topicId' | 'tickAt' | 'polledAt' | 'revision' | 'feed' | 'loudness'> {
  readonly kind: 'burst';
  readonly items: readonly Pick<Hit, 'item' | 'change' | 'terms' | 'why'>[];
}

/** hits queue: a topic's digest is due. */
export interface DigestDue {
  readonly v: 1;
  readonly kind: 'digest';
  readonly topicId: string;
  readonly dueAt: string;
}

/** hits queue: what the owner of the system is to know of a feed. */
export interface Notice {
  readonly v: 1;
  readonly kind: 'notice';
  readonly topicId: '_operations';
  /** The same for every attempt to tell the same thing. */
  readonly noticeId: string;
  readonly tickAt: string;
  readonly polledAt: string;
  readonly feed: { readonly id: string; readonly title: string; readonly url: string };
  /** One line, without the feed's title. */
  readonly title: string;
  /** What follows from it, and what to do. */
  readonly detail: string;
}

/** What an item is to its story: its first report, a report that adds something, or a retelling. */
export type StoryRole = 'first' | 'development' | 'also';

/** One piece of news in an alert. */
export interface AlertEntry {
  /** `update`: an edit of an item that was delivered before. */
  readonly kind: 'new' | 'update';
  /** Absent in entries of 0.1.0: `first` if new, `development` if an update. */
  readonly role?: StoryRole;
  readonly storyId: string;
  /** The story so far, unless this is its first report: its first headline, and when that was found. */
  readonly story?: { readonly title: string; readonly foundAt: string };
  /** In a digest: the story that this one turned out to be one with, which comes first. */
  readonly shownWith?: string;
  readonly itemId: string;
  readonly title: string;
  readonly previousTitle?: string;
  /** Of an update: the place in the text that has what is new, and the words there that are. */
  readonly added?: { readonly text: string; readonly words: readonly string[] };
  readonly summary: string;
  readonly url?: string;
  readonly feed: string;
  /** Other feeds that told the story by then, by their titles. */
  readonly sources?: readonly string[];
  readonly published?: string;
  /** When its feed was polled. Not in what waits since 0.1.0. */
  readonly foundAt?: string;
  readonly why: readonly Reason[];
}

/** One message to be sent: about a story, or (a digest) about several. */
export interface Alert {
  readonly id: string;
  readonly topicId: string;
  readonly topicName: string;
  readonly kind: 'new' | 'follow-up' | 'roundup' | 'digest' | 'welcome' | 'notice';
  readonly entries: readonly AlertEntry[];
  /** Items that no message names, since there were too many, by the titles of their feeds. */
  readonly leftOut?: readonly LeftOut[];
}

export interface LeftOut {
  readonly feed: string;
  readonly items: number;
  /** There were so many that not all were counted. */
  readonly orMore?: true;
}

/** An alert rendered for each protocol, as it is published to a channel. */
export interface RenderedAlert {
  readonly subject: string;
  readonly email: string;
  /** One SMS part. */
  readonly sms: string;
  /** For http(s), SQS and Lambda subscribers: the alert as JSON. */
  readonly json: string;
}
