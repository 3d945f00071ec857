import { hash64 } from '../../shared/hash.ts';
import type { Entry } from './feed-document.ts';
import type { EntryElement } from './xml/feed-element.ts';

/** The size of all entries that are kept: those of about 200 feeds. */
const MAX_KEPT_SIZE = 12_000_000;
/** Larger entries would take the place of many others. */
const MAX_ENTRY_SIZE = 200_000;
/** Memory of an entry besides its texts, with the hashes that others keep of it; and of each text. */
const OBJECT_SIZE = 1_000;
const TEXT_SIZE = 20;

/** The dates of an entry. They are read each time, since those far in the future do not count yet. */
export interface EntryDates {
  readonly published: string | undefined;
  readonly updated: string | undefined;
}

interface KnownEntry extends EntryDates {
  readonly entry: Entry;
  readonly size: number;
}

/**
 * Keeps the entries of earlier documents by the hash of their source, so that a warm process reads only new and edited
 * entries of a feed that it has polled before. The same entry is the same object, so that others can remember it too.
 */
export class KnownEntries {
  /** The entry that was used last is the last one. */
  readonly #entries = new Map<string, KnownEntry>();
  #size = 0;

  /** Returns what `read` returns for an element. `context`: all else that this depends on, except the time. */
  read(element: EntryElement, context: string, dates: EntryDates, read: () => Entry): Entry {
    const { source, prefixes, base = '', language = '', attributes } = element;
    if (source === undefined) return read();
    const key = hash64(context, prefixes, base, language, JSON.stringify([...attributes]), source);
    const known = this.#entries.get(key);
    if (known) this.#forget(key, known);
    const isSame = known?.published === dates.published && known?.updated === dates.updated;
    // A text may be a slice of its document, which it would keep in memory.
    const entry = known && isSame ? known.entry : structuredClone(read());
    this.#keep(key, { ...dates, entry, size: sizeOf(entry) });
    return entry;
  }

  #keep(key: string, known: KnownEntry): void {
    if (known.size > MAX_ENTRY_SIZE) return;
    this.#entries.set(key, known);
    this.#size += known.size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= MAX_KEPT_SIZE) break;
      this.#forget(oldest, entry);
    }
  }

  #forget(key: string, { size }: KnownEntry): void {
    this.#entries.delete(key);
    this.#size -= size;
  }
}

/** Returns about how much memory an entry takes, in UTF-16 units. */
function sizeOf({ guid = '', url = '', title, summary, content, authors, categories }: Entry): number {
  const texts = [guid, url, title, summary, content, ...authors, ...categories];
  return texts.reduce((sum, text) => sum + text.length + TEXT_SIZE, OBJECT_SIZE);
}
