import { hash64 } from '../../shared/hash.ts';
import type { Entry } from './feed-document.ts';
import type { EntryElement } from './xml/feed-element.ts';

/** UTF-16 units of all texts that are kept: those of about 200 feeds. */
const MAX_KEPT_LENGTH = 8_000_000;

/** The dates of an entry. They are read each time, since those far in the future do not count yet. */
export interface EntryDates {
  readonly published: string | undefined;
  readonly updated: string | undefined;
}

interface KnownEntry extends EntryDates {
  readonly entry: Entry;
  readonly length: number;
}

/**
 * Keeps the entries of earlier documents by the hash of their source, so that a warm process reads only new and edited
 * entries of a feed that it has polled before. The same entry is the same object, so that others can remember it too.
 */
export class KnownEntries {
  /** The entry that was used last is the last one. */
  readonly #entries = new Map<string, KnownEntry>();
  #length = 0;

  /** Returns what `read` returns for an element. `context`: all else that this depends on, except the time. */
  read(element: EntryElement, context: string, dates: EntryDates, read: () => Entry): Entry {
    const { source, prefixes, base = '', language = '', attributes } = element;
    // Only in broken documents.
    if (source === '') return read();
    const key = hash64(context, prefixes, base, language, JSON.stringify([...attributes]), source);
    const known = this.#entries.get(key);
    if (known) this.#forget(key, known);
    const isSame = known?.published === dates.published && known?.updated === dates.updated;
    const entry = known && isSame ? known.entry : read();
    this.#keep(key, {
      ...dates,
      entry,
      length: entry.summary.length + entry.content.length + entry.title.length,
    });
    return entry;
  }

  #keep(key: string, known: KnownEntry): void {
    this.#entries.set(key, known);
    this.#length += known.length;
    for (const [oldest, { length }] of this.#entries) {
      if (this.#length <= MAX_KEPT_LENGTH) break;
      this.#entries.delete(oldest);
      this.#length -= length;
    }
  }

  #forget(key: string, { length }: KnownEntry): void {
    this.#entries.delete(key);
    this.#length -= length;
  }
}
