import type { LabelField } from '../../shared/model.ts';
import type { MatchableItem } from '../text/item-text.ts';
import { LABEL_FIELD_NAMES, LABEL_FIELDS } from '../text/label-fields.ts';
import { type EncodedTopics, unpack } from './encoded-topics.ts';
import { KIND } from './encoding.ts';
import type { TermTable } from './term-table.ts';

/** Returns the queries that a text matches, as indexes. */
interface TextEngine {
  matchText(text: string, language: string | undefined): readonly number[];
}

interface LabelEngine {
  readonly field: LabelField;
  readonly engine: TextEngine;
  /** The key of each query in the topics, by the query's index. */
  readonly keys: readonly number[];
}

/** Finds which queries on label fields an item matches. */
export class LabelMatcher {
  readonly #fields: readonly LabelEngine[];

  constructor(labels: Uint8Array, termTable: TermTable, engineOf: (topics: EncodedTopics) => TextEngine) {
    const fields: LabelEngine[] = [];
    let at = 0;
    for (const field of labels.byteLength === 0 ? [] : LABEL_FIELD_NAMES) {
      const length = new DataView(labels.buffer, labels.byteOffset + at).getInt32(0, true);
      at += Int32Array.BYTES_PER_ELEMENT;
      if (length > 0) {
        const topics = unpack(labels.subarray(at, at + length));
        const keys = Array.from({ length: topics.counts[0] ?? 0 }, (_, index) =>
          termTable.find(KIND.label, labelQueryName(field, index)),
        );
        fields.push({ field, engine: engineOf(topics), keys: keys });
      }
      at += length;
    }
    this.#fields = fields;
  }

  get hasQueries(): boolean {
    return this.#fields.length > 0;
  }

  /** Returns the keys of the queries that an item's labels match. `language` is the language of the item. */
  keysOf(item: MatchableItem, language: string | undefined): number[] {
    return this.#fields.flatMap(({ field, engine, keys }) =>
      LABEL_FIELDS[field]
        .textsOf(item)
        .flatMap((text) => engine.matchText(text, language))
        .map((index) => keys[index] as number),
    );
  }
}

export function labelQueryName(field: LabelField, index: number): string {
  return `${field} ${index}`;
}
