import type { FailureKind, PollEvent } from '../functions/shared/events.ts';
import type { Feed } from '../functions/shared/model.ts';
import { redactAddress } from '../functions/shared/redact-address.ts';
import { count } from '../functions/shared/text/count.ts';

/** The result of a feed's last poll, for the terminal and the page. */
export interface FeedStatus {
  readonly id: string;
  readonly title: string;
  /** The address without its secrets. */
  readonly url: string;
  readonly lastOutcome: string | null;
  /** ISO, by the wall clock. */
  readonly lastAt: string | null;
  /** Consecutive failures. */
  readonly failures: number;
  /** The last polls, oldest first; absent if they are not known. */
  readonly recent?: readonly RecentPoll[];
}

export type RecentPoll = 'changed' | 'unchanged' | 'failed';

/** Limit on the polls that are remembered for each feed. */
const MAX_RECENT = 40;

/** The number of polls by outcome. */
export interface PollCounts {
  changed: number;
  unchanged: number;
  failed: number;
}

/** Tracks the last poll of each feed, from the log events of the poll stage. */
export class FeedStatuses {
  #statuses = new Map<string, FeedStatus>();
  /** Addresses with their secrets, by feed id. */
  #urls: ReadonlyMap<string, string> = new Map();
  /** Kinds of the last failures, by feed id. */
  readonly #failures = new Map<string, FailureKind>();
  /** Feeds that the poll stage has reported, even if it made no request. */
  readonly #reported = new Set<string>();
  /** Feeds that were requested. */
  readonly #requested = new Set<string>();
  #counts: PollCounts = { changed: 0, unchanged: 0, failed: 0 };

  constructor(feeds: readonly Feed[]) {
    this.setFeeds(feeds);
  }

  /** Replaces the feeds. A feed that keeps its id and address keeps its status. */
  setFeeds(feeds: readonly Feed[]): void {
    const before = this.#statuses;
    this.#statuses = new Map(
      feeds
        .filter(({ enabled }) => enabled)
        .map(({ id, title, url, untitled }) => {
          const previous = this.#urls.get(id) === url ? before.get(id) : undefined;
          const lastPoll = previous ?? { lastOutcome: null, lastAt: null, failures: 0 };
          return [
            id,
            {
              ...lastPoll,
              id,
              title: untitled ? (previous?.title ?? title) : title,
              url: redactAddress(url),
            },
          ];
        }),
    );
    this.#urls = new Map(feeds.map(({ id, url }) => [id, url]));
    for (const id of this.#failures.keys()) if (!this.#statuses.has(id)) this.#failures.delete(id);
    for (const id of this.#requested) if (!this.#statuses.has(id)) this.#requested.delete(id);
  }

  /** Records the outcome of a poll. Returns the text to print, or undefined if nothing changed for the reader. */
  recordPoll(event: PollEvent): string | undefined {
    const { feedId, outcome } = event;
    const status = this.#statuses.get(feedId);
    if (!status) return undefined;
    this.#reported.add(feedId);
    if (outcome === 'waiting' || outcome === 'resting') return undefined;
    if (outcome !== 'stopped' && outcome !== 'ended') this.#requested.add(feedId);
    const text = outcomeText(event);
    if (outcome === 'failed') {
      this.#counts.failed++;
      this.#failures.set(feedId, event.kind);
    } else {
      this.#counts[outcome === 'changed' ? 'changed' : 'unchanged']++;
      this.#failures.delete(feedId);
    }
    // "unchanged" is printed only for a feed's first poll and after a failure.
    const isRepeated =
      outcome !== 'changed' &&
      (status.lastOutcome === text || (outcome !== 'failed' && status.failures === 0));
    const failures = outcome === 'failed' ? event.failures : 0;
    this.#statuses.set(feedId, {
      ...status,
      title: event.title ?? status.title,
      lastOutcome: text,
      lastAt: new Date().toISOString(),
      failures,
      recent: [
        ...(status.recent ?? []).slice(1 - MAX_RECENT),
        outcome === 'changed' || outcome === 'failed' ? outcome : 'unchanged',
      ],
    });
    return isRepeated && status.lastOutcome !== null ? undefined : text;
  }

  all(): readonly FeedStatus[] {
    return [...this.#statuses.values()];
  }

  /** Returns true once the poll stage has reported every feed. */
  isComplete(): boolean {
    for (const id of this.#statuses.keys()) if (!this.#reported.has(id)) return false;
    return true;
  }

  /** Returns true if every requested feed was unreachable or timed out, as happens without a network. */
  isUnreachable(): boolean {
    const kinds = [...this.#failures.values()];
    return (
      kinds.length > 0 &&
      kinds.length === this.#requested.size &&
      kinds.every((kind) => kind === 'unreachable' || kind === 'timeout')
    );
  }

  /** Returns the number of polls since the last call, and starts counting again. */
  takeCounts(): PollCounts {
    const counts = this.#counts;
    this.#counts = { changed: 0, unchanged: 0, failed: 0 };
    return counts;
  }
}

function outcomeText(event: PollEvent): string {
  switch (event.outcome) {
    case 'changed': {
      const { new: found, edited, first } = event;
      const parts = [
        ...(found > 0 ? [first ? `${count(found, 'item')} (first poll)` : `${found} new`] : []),
        ...(edited > 0 ? [`${edited} edited`] : []),
      ];
      return parts.join(', ');
    }
    case 'failed': {
      const { kind, detail, failures } = event;
      return `failed ${failures > 1 ? `${failures} times in a row ` : ''}(${kind}): ${detail}`;
    }
    case 'stopped':
      return 'gone for good; no longer polled';
    case 'ended':
      return 'live page has ended; no longer polled';
    default:
      return event.outcome;
  }
}
