import { type Reading, readSignature } from './reading.ts';
import type { Signature } from './signature.ts';
import { termsOf } from './terms.ts';
import { Vocabulary } from './vocabulary.ts';

/** Two hundred stories of each of ten topics; some 5 KB each. */
const MOST = 6_000;

/** Signatures that were read, so that the stories of a topic need not be read anew for every item. */
export class Readings {
  vocabulary = new Vocabulary();
  readonly #watched: readonly string[];
  readonly #known = new Map<Signature, Reading>();

  /** `watched`: what topics look for; that two items have it says nothing. */
  constructor(watched: Iterable<string> = []) {
    this.#watched = [...new Set([...watched].flatMap((term) => termsOf(term).map(({ text }) => text)))];
    this.vocabulary.expectEverywhere(this.#watched);
  }

  /** Before a comparison, never within one: begins anew once there are too many. */
  trim(): void {
    if (this.#known.size < MOST) return;
    this.#known.clear();
    this.vocabulary = new Vocabulary();
    this.vocabulary.expectEverywhere(this.#watched);
  }

  of(signature: Signature): Reading {
    const known = this.#known.get(signature);
    if (known) return known;
    const reading = readSignature(signature, this.vocabulary);
    this.#known.set(signature, reading);
    return reading;
  }
}
