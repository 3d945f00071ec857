import type { LabelField } from '../../shared/model.ts';
import { LABEL_FIELDS, LABEL_TEXTS, type MatchableItem } from '../text/item-text.ts';
import { type EncodedTopics, unpack } from './encoded-topics.ts';
import { KIND } from './encoding.ts';
import type { TermTable } from './term-table.ts';

/** Finds the topics that a text matches, by their places. */
interface TextEngine {
  matchText(text: string, language: string | undefined): readonly number[];
}

interface LabelEngine {
  readonly field: LabelField;
  readonly engine: TextEngine;
  /** By the place of what is asked, the sense that topics know it by. */
  readonly keys: readonly number[];
}

/** Which of what topics ask of label fields an item has. */
export class LabelMatcher {
  readonly #asked: readonly LabelEngine[];

  constructor(labels: Uint8Array, dictionary: TermTable, engineOf: (topics: EncodedTopics) => TextEngine) {
    const asked: LabelEngine[] = [];
    let at = 0;
    for (const field of labels.byteLength === 0 ? [] : LABEL_FIELDS) {
      const length = new DataView(labels.buffer, labels.byteOffset + at).getInt32(0, true);
      at += Int32Array.BYTES_PER_ELEMENT;
      if (length > 0) {
        const topics = unpack(labels.subarray(at, at + length));
        const senses = Array.from({ length: topics.counts[0] ?? 0 }, (_, place) =>
          dictionary.find(KIND.label, labelQueryName(field, place)),
        );
        asked.push({ field, engine: engineOf(topics), keys: senses });
      }
      at += length;
    }
    this.#asked = asked;
  }

  get hasQueries(): boolean {
    return this.#asked.length > 0;
  }

  /** `language`: that of the item. */
  keysOf(item: MatchableItem, language: string | undefined): number[] {
    return this.#asked.flatMap(({ field, engine, keys }) =>
      LABEL_TEXTS[field](item)
        .flatMap((text) => engine.matchText(text, language))
        .map((place) => keys[place] as number),
    );
  }
}

export function labelQueryName(field: LabelField, place: number): string {
  return `${field} ${place}`;
}
