import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoadedConfig } from '../config/load.ts';
import type { SplitResult } from '../functions/notify/story/split-story.ts';
import type { Protocol } from '../functions/shared/model.ts';
import type { Table } from '../functions/shared/store/table.ts';
import type { Outage } from './delivery/outage.ts';
import type { FeedStatus } from './feed-status.ts';
import type { OutboxDelivery, OutboxEntry } from './outbox/outbox-entry.ts';
import type { Past } from './past/past.ts';
import type { WaitingMessage } from './waiting-messages.ts';

/** What the page shows: of this machine, or of a deployment. */
export interface PageData {
  readonly demo: boolean;
  /** Name of the deployment; absent on this machine. */
  readonly stack?: string;
  /** Reads what has become old, if anything; absent where everything is current anyway. Never rejects. */
  refresh?(): Promise<void>;
  /** Returns the latest messages, newest first. */
  alerts(): readonly PageMessage[];
  feeds(): readonly FeedStatus[];
  status(): PageStatus;
  /** Returns the configuration in force. */
  loaded(): LoadedConfig;
  /** Reads the stored items. */
  past(): Promise<Past>;
  /** Returns what a read of the stored items costs, and when they were read last; absent where a read is free. */
  pastNote?(): string;
  /** Returns the numbers of items over time; undefined if they are not known. */
  itemCounts(): Promise<ItemCounts | undefined>;
  table(): Table;
  /** Calls the listener whenever something that the page shows has changed. Returns a function that ends this. */
  onChange(listener: () => void): () => void;
  /** Absent where the page changes nothing. */
  readonly actions?: PageActions;
}

/** A published message. AWS does not report what became of it, so some parts are known on one machine only. */
export interface PageMessage extends Pick<OutboxEntry, 'messageId' | 'at' | 'subject' | 'alert'> {
  /** The text of each protocol, as it was sent. */
  readonly bodies?: OutboxEntry['bodies'];
  /** Number of subscribers that the message was for. */
  readonly recipients?: number;
  readonly deliveries: readonly OutboxDelivery[] | 'unknown';
  /** Number of items in the message that the alert log does not name. */
  readonly unnamed?: number;
  /** The protocols of the message, if not all. */
  readonly protocols?: readonly Protocol[];
}

/** The numbers of items that feeds had, over time. */
export interface ItemCounts {
  /** The time that is covered, such as "30 days". */
  readonly period: string;
  /** The numbers in each part of the time, oldest first, by the id of the feed. */
  readonly byFeed: ReadonlyMap<string, readonly number[]>;
}

/** What the page changes. */
export interface PageActions {
  readonly configFile: string;
  /** Returns the variables of the environment and of .env as it is now. */
  environment(): Readonly<Record<string, string | undefined>>;
  /** Whether feeds of this machine may be read. */
  readonly loopbackFeeds: boolean;
  /**
   * Puts the file's text in force without waiting until the next look at it.
   * @throws ConfigError if it is not valid
   */
  applyConfig(): Promise<void>;
  /** Sends nothing more about a story, or everything again. What was muted meanwhile stays unsent. */
  muteStory(topicId: string, storyId: string, isMuted: boolean): Promise<void>;
  /** Takes an item out of its story and makes it a story of its own. */
  splitStory(topicId: string, itemId: string): Promise<SplitResult>;
  /** Queues a poll of a feed. */
  pollNow(feedId: string): Promise<void>;
}

/** Returns the request handler of a page. */
export type CreatePage = (
  data: PageData,
) => (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** The state of the runtime, apart from the feeds. Times are ISO, by the wall clock. */
export interface PageStatus {
  /** Start of the runtime; absent where it is not known. */
  readonly startedAt?: string;
  readonly nextTickAt?: string;
  /** The last dispatch, where the next one is not known. */
  readonly lastTickAt?: string | undefined;
  /** Absent where the queues cannot be read. */
  readonly queues: readonly { readonly name: string; readonly waiting: number; readonly dead: number }[];
  /** What the stages have done since the start, or in the hours before now; absent where it is not counted. */
  readonly counts?: StageCounts | undefined;
  /** The period of the counts in hours, if it is not the time since the start. */
  readonly countedHours?: number;
  /** Only messages of this many days are known; absent where there is no such limit. */
  readonly messageDays?: number | undefined;
  /** What the reader should know about all that the page shows. */
  readonly notes?: readonly string[];
  /** Why parts of the page are missing or old, and what to do. */
  readonly faults?: readonly string[];
  /** Why no email can be sent, and the time of the next try. */
  readonly mail?: Outage | undefined;
  /** Why no SMS can be sent, and the time of the next try. */
  readonly sms?: Outage | undefined;
  readonly topics: readonly PageTopic[];
  /** By the clock of the pipeline. */
  readonly now: string;
  /** The messages that are not sent yet, soonest first. */
  readonly waiting?: readonly WaitingMessage[];
  /** Time zone of the page; the machine's by default. */
  readonly timeZone?: string | undefined;
}

export interface StageCounts {
  readonly polls: number;
  /** New and edited items that poll found. */
  readonly items: number;
  /** Items that match a topic, once per topic. */
  readonly hits: number;
  readonly alerts: number;
}

export interface PageTopic {
  readonly id: string;
  readonly name: string;
  /** The fault of the topic's query, which therefore matches nothing, or as an earlier one. */
  readonly fault?: string | undefined;
  /** The topic matches as its earlier query until the fault is mended. */
  readonly keepsQuery?: boolean;
}
