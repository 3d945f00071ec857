import type { Feed } from '../functions/shared/model.ts';
import { redactAddress } from '../functions/shared/redact-address.ts';
import { count } from '../functions/shared/text/count.ts';

/** What a feed answered last, as people see it. */
export interface FeedStatus {
  readonly id: string;
  readonly title: string;
  /** The address without its secrets. */
  readonly url: string;
  readonly lastOutcome: string | null;
  /** ISO, of the wall clock. */
  readonly lastAt: string | null;
  readonly failures: number;
}

/** Answers of all feeds since some moment, counted. */
export interface PollCounts {
  changed: number;
  unchanged: number;
  failed: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Keeps, from the poll stage's log, what each feed answered last. */
export class FeedStatuses {
  #lines = new Map<string, FeedStatus>();
  /** Whole, by the feed's id. */
  #addresses: ReadonlyMap<string, string> = new Map();
  readonly #failures = new Map<string, string>();
  /** Feeds whose turn has come, and those of them that were asked. */
  readonly #heardOf = new Set<string>();
  readonly #asked = new Set<string>();
  #tally: PollCounts = { changed: 0, unchanged: 0, failed: 0 };

  constructor(feeds: readonly Feed[]) {
    this.setFeeds(feeds);
  }

  /** Shows these feeds from now on. One that is shown already, at the same address, keeps what it answered last. */
  setFeeds(feeds: readonly Feed[]): void {
    const before = this.#lines;
    this.#lines = new Map(
      feeds
        .filter(({ enabled }) => enabled)
        .map(({ id, title, url, untitled }) => {
          const known = this.#addresses.get(id) === url ? before.get(id) : undefined;
          const answer = known ?? { lastOutcome: null, lastAt: null, failures: 0 };
          return [
            id,
            { ...answer, id, title: untitled ? (known?.title ?? title) : title, url: redactAddress(url) },
          ];
        }),
    );
    this.#addresses = new Map(feeds.map(({ id, url }) => [id, url]));
    for (const id of this.#failures.keys()) if (!this.#lines.has(id)) this.#failures.delete(id);
    for (const id of this.#asked) if (!this.#lines.has(id)) this.#asked.delete(id);
  }

  /** Takes in a poll's outcome. Returns what to tell of it, or undefined where it is no news. */
  recordPoll(fields: Fields): string | undefined {
    const feedId = String(fields.feedId);
    const line = this.#lines.get(feedId);
    if (!line) return undefined;
    const outcome = String(fields.outcome);
    this.#heardOf.add(feedId);
    if (outcome === 'waiting' || outcome === 'resting') return undefined;
    if (outcome !== 'stopped') this.#asked.add(feedId);
    const text = outcomeText(outcome, fields);
    if (outcome === 'failed') {
      this.#tally.failed++;
      this.#failures.set(feedId, String(fields.kind));
    } else {
      this.#tally[outcome === 'changed' ? 'changed' : 'unchanged']++;
      this.#failures.delete(feedId);
    }
    // That nothing is new is no news, unless the feed had failed before or is asked for the first time.
    const known =
      outcome !== 'changed' && (line.lastOutcome === text || (outcome !== 'failed' && line.failures === 0));
    const failures = outcome === 'failed' ? Number(fields.failures) : 0;
    const title = typeof fields.title === 'string' ? fields.title : line.title;
    this.#lines.set(feedId, {
      ...line,
      title,
      lastOutcome: text,
      lastAt: new Date().toISOString(),
      failures,
    });
    return known && line.lastOutcome !== null ? undefined : text;
  }

  all(): readonly FeedStatus[] {
    return [...this.#lines.values()];
  }

  /** True once every feed has answered or failed, or was left alone for a reason. */
  isComplete(): boolean {
    for (const id of this.#lines.keys()) if (!this.#heardOf.has(id)) return false;
    return true;
  }

  /** True when every feed has failed for want of a network, as far as one can tell. */
  isUnreachable(): boolean {
    const kinds = [...this.#failures.values()];
    return (
      kinds.length > 0 &&
      kinds.length === this.#asked.size &&
      kinds.every((kind) => kind === 'unreachable' || kind === 'timeout')
    );
  }

  /** The answers since the last call. */
  takeCounts(): PollCounts {
    const tally = this.#tally;
    this.#tally = { changed: 0, unchanged: 0, failed: 0 };
    return tally;
  }
}

function outcomeText(outcome: string, fields: Fields): string {
  switch (outcome) {
    case 'changed': {
      const parts = [
        ...(Number(fields.new) > 0
          ? [fields.first ? `${count(Number(fields.new), 'item')} (first poll)` : `${fields.new} new`]
          : []),
        ...(Number(fields.edited) > 0 ? [`${fields.edited} edited`] : []),
      ];
      return parts.join(', ');
    }
    case 'failed': {
      const retries = Number(fields.failures) > 1 ? `, ${fields.failures} times in a row` : '';
      return `failed (${fields.kind}): ${fields.detail}${retries}`;
    }
    case 'stopped':
      return 'gone for good: not asked any more';
    default:
      return outcome;
  }
}
