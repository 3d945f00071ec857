/** The messages between stages. */
import type { Item, NotifyMode, Reason } from './model.ts';

/**
 * The versions of each kind of message that its handler accepts: its own, and the one before if there was one, because its
 * messages are still in the queues during a deployment.
 */
export const ACCEPTED_VERSIONS = {
  feed: [1],
  items: [1, 2],
  hit: [1, 2],
  burst: [2],
  digest: [1],
  notice: [1],
} as const;
export type MessageKind = keyof typeof ACCEPTED_VERSIONS;

/** Message on the feeds queue: this feed is due. */
export interface FeedDue {
  readonly v: 1;
  readonly feedId: string;
  /** The dispatch tick in which the feed is due. */
  readonly tickAt: string;
  /** The previous tick. If absent, the feed is polled even if its schedule has no poll at this time. */
  readonly since?: string;
  /** A message of the feed's hub. Absent when the schedule makes the feed due. */
  readonly push?: Push;
}

/** A message of a WebSub hub about a feed that we are subscribed to. */
export type Push = PushedContent | PushedLease | { readonly kind: 'denied' };

/** New content of the feed: its whole document, or only some entries. */
export interface PushedContent {
  readonly kind: 'content';
  /** Hash of the bytes. A push that is repeated has the same. */
  readonly id: string;
  /** The bytes, gzipped and in base64. Absent if they do not fit a message. */
  readonly body?: string;
  readonly contentType: string;
  /** The Content-Encoding of the bytes. */
  readonly encoding?: string;
  /** Addresses that the hub names as the source of the content. */
  readonly self: readonly string[];
  readonly signedWith: SignatureMethod;
}

/** Longer leases are renewed early, so that the record of the subscription does not expire before its lease. */
export const MAX_LEASE_MS = 15 * 86_400_000;

/** The hub has confirmed the subscription for a time. */
export interface PushedLease {
  readonly kind: 'lease';
  /** The subscribed address. */
  readonly topic: string;
  /** ms; at most `MAX_LEASE_MS`. */
  readonly lease: number;
}

/** The methods of WebSub that a hub may sign with, the weakest first. */
export const SIGNATURE_METHODS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

/** The feed in a message. */
export interface FeedReference {
  readonly id: string;
  readonly title: string;
  /**
   * The host only, as `https://example.org/`. Messages of earlier releases have the whole address, and those of 0.1.0 have
   * none.
   */
  readonly url?: string;
  /** The title in the file, if `title` comes from the document. Queries may use either. */
  readonly titleInFile?: string;
}

/** Message on the items queue: the new and edited items of one poll. */
export interface ItemsFound {
  readonly v: 2;
  readonly tickAt: string;
  readonly polledAt: string;
  /** Number of the feed's commit; later polls have higher numbers. Not in version 1. */
  readonly revision?: number;
  readonly feed: FeedReference;
  /** Number of items in all messages of the poll, if there are several. */
  readonly total?: number;
  readonly items: readonly { item: Item; change: 'new' | 'edited'; loudness: NotifyMode }[];
}

/** Message on the hits queue: an item that matches a topic. */
export interface Hit {
  readonly v: 2;
  readonly kind: 'hit';
  readonly topicId: string;
  readonly tickAt: string;
  readonly polledAt: string;
  /**
   * Of several hits of one item, the one with the highest revision applies, in whatever order they arrive. Not in version 1.
   */
  readonly revision?: number;
  readonly feed: { readonly id: string; readonly title: string };
  readonly item: Omit<Item, 'content' | 'authors' | 'categories' | 'guid' | 'feedId'> & {
    /** Short hash of the guid of an item with another address. Not in 0.2.0. */
    readonly guidHash?: string;
  };
  readonly change: 'new' | 'edited';
  readonly loudness: NotifyMode;
  /** The item is also alerted in quiet hours. */
  readonly urgent?: true;
  /** The poll found many items, or many that match the topic. */
  readonly crowded?: true;
  /** The watched terms in the item's texts. `why` has reasons for the first of these terms, and reasons of other kinds. */
  readonly terms: readonly string[];
  readonly why: readonly Reason[];
}

/** Message on the hits queue: the items of one poll that match a topic, when they are too many for separate hits. */
export interface Burst
  extends Pick<Hit, 'v' | 'topicId' | 'tickAt' | 'polledAt' | 'revision' | 'feed' | 'loudness'> {
  readonly kind: 'burst';
  readonly items: readonly Pick<Hit, 'item' | 'change' | 'terms' | 'why'>[];
}

/** Message on the hits queue: a topic's digest is due. */
export interface DigestDue {
  readonly v: 1;
  readonly kind: 'digest';
  readonly topicId: string;
  readonly dueAt: string;
}

/** Message on the hits queue: a notice to the operators about a feed. */
export interface Notice {
  readonly v: 1;
  readonly kind: 'notice';
  readonly topicId: '_operations';
  /** Id of the notice: the same for every attempt to send it. */
  readonly noticeId: string;
  readonly tickAt: string;
  readonly polledAt: string;
  readonly feed: { readonly id: string; readonly title: string; readonly url: string };
  /** One line without the feed's title. */
  readonly title: string;
  /** The consequence, and what to do. */
  readonly detail: string;
}
