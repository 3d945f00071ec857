import { namesOf, type Origin } from '../../shared/source.ts';
import { KIND } from './codes.ts';
import type { Dictionary } from './dictionary.ts';

/** Feeds and sites, beyond which all are forgotten. */
const MOST = 5_000;
const SITE = /^https?:\/\/[^/?#]+/i;

/** Which sources that queries name an item is from: found out once for every feed and every site. */
export class Sources {
  readonly #dictionary: Dictionary;
  readonly #known = new Map<string, readonly number[]>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  sensesOf({ source, url }: Origin): readonly number[] {
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

  #of(key: string, origin: Origin): readonly number[] {
    let senses = this.#known.get(key);
    if (!senses) {
      if (this.#known.size >= MOST) this.#known.clear();
      const found = namesOf(origin).map((name) => this.#dictionary.find(KIND.source, name));
      senses = found.filter((sense) => sense >= 0);
      this.#known.set(key, senses);
    }
    return senses;
  }
}
