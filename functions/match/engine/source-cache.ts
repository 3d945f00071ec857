import { type ItemSource, sourceNames } from '../../shared/item-source.ts';
import { KIND } from './encoding.ts';
import type { TermTable } from './term-table.ts';

/** Feeds and sites, beyond which all are forgotten. */
const MAX_SOURCES = 5_000;
const SITE = /^https?:\/\/[^/?#]+/i;

/** Which sources that queries name an item is from: found out once for every feed and every site. */
export class SourceCache {
  readonly #dictionary: TermTable;
  readonly #known = new Map<string, readonly number[]>();

  constructor(dictionary: TermTable) {
    this.#dictionary = dictionary;
  }

  keysOf({ source, url }: ItemSource): readonly number[] {
    const ofFeed = source
      ? this.#of(`${source.id}\n${source.title}\n${source.url ?? ''}\n${source.titleInFile ?? ''}`, {
          source,
        })
      : [];
    if (url === undefined) return ofFeed;
    // Of an address nothing counts but its host.
    const site = SITE.exec(url)?.[0];
    return site === undefined ? ofFeed : [...ofFeed, ...this.#of(site, { url: `${site}/` })];
  }

  #of(key: string, origin: ItemSource): readonly number[] {
    let senses = this.#known.get(key);
    if (!senses) {
      if (this.#known.size >= MAX_SOURCES) this.#known.clear();
      const found = sourceNames(origin).map((name) => this.#dictionary.find(KIND.source, name));
      senses = found.filter((sense) => sense >= 0);
      this.#known.set(key, senses);
    }
    return senses;
  }
}
