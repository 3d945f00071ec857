import { type ItemSource, sourceNames } from '../../shared/item-source.ts';
import { KIND } from './encoding.ts';
import type { TermTable } from './term-table.ts';

/** Maximum number of feeds and sites. Above this, the cache is cleared. */
const MAX_SOURCES = 5_000;
const SITE = /^https?:\/\/[^/?#]+/i;

/** Finds the sources of an item that queries name. Caches the result per feed and per site. */
export class SourceCache {
  readonly #termTable: TermTable;
  readonly #keysBySource = new Map<string, readonly number[]>();

  constructor(termTable: TermTable) {
    this.#termTable = termTable;
  }

  keysOf({ source, url }: ItemSource): readonly number[] {
    const ofFeed = source
      ? this.#cachedKeys(`${source.id}\n${source.title}\n${source.url ?? ''}\n${source.titleInFile ?? ''}`, {
          source,
        })
      : [];
    if (url === undefined) return ofFeed;
    // Only the host of an address counts.
    const site = SITE.exec(url)?.[0];
    return site === undefined ? ofFeed : [...ofFeed, ...this.#cachedKeys(site, { url: `${site}/` })];
  }

  #cachedKeys(source: string, origin: ItemSource): readonly number[] {
    let keys = this.#keysBySource.get(source);
    if (!keys) {
      if (this.#keysBySource.size >= MAX_SOURCES) this.#keysBySource.clear();
      const found = sourceNames(origin).map((name) => this.#termTable.find(KIND.source, name));
      keys = found.filter((key) => key >= 0);
      this.#keysBySource.set(source, keys);
    }
    return keys;
  }
}
