import type { LabelField } from '../../shared/model.ts';
import { LABEL_FIELDS, LABELS, type MatchableItem } from '../item-text.ts';
import { KIND } from './codes.ts';
import type { Dictionary } from './dictionary.ts';
import { type FlatTopics, unpack } from './flat.ts';

/** Finds the topics that a text matches, by their places. */
interface TextEngine {
  matchText(text: string, language: string | undefined): readonly number[];
}

interface Asked {
  readonly field: LabelField;
  readonly engine: TextEngine;
  /** By the place of what is asked, the sense that topics know it by. */
  readonly senses: readonly number[];
}

/** Which of what topics ask of label fields an item has. */
export class Labels {
  readonly #asked: readonly Asked[];

  constructor(labels: Uint8Array, dictionary: Dictionary, engineOf: (topics: FlatTopics) => TextEngine) {
    const asked: Asked[] = [];
    let at = 0;
    for (const field of labels.byteLength === 0 ? [] : LABEL_FIELDS) {
      const length = new DataView(labels.buffer, labels.byteOffset + at).getInt32(0, true);
      at += Int32Array.BYTES_PER_ELEMENT;
      if (length > 0) {
        const topics = unpack(labels.subarray(at, at + length));
        const senses = Array.from({ length: topics.counts[0] ?? 0 }, (_, place) =>
          dictionary.find(KIND.label, labelName(field, place)),
        );
        asked.push({ field, engine: engineOf(topics), senses });
      }
      at += length;
    }
    this.#asked = asked;
  }

  get areAsked(): boolean {
    return this.#asked.length > 0;
  }

  /** `language`: that of the item. */
  sensesOf(item: MatchableItem, language: string | undefined): number[] {
    return this.#asked.flatMap(({ field, engine, senses }) =>
      LABELS[field](item)
        .flatMap((text) => engine.matchText(text, language))
        .map((place) => senses[place] as number),
    );
  }
}

export function labelName(field: LabelField, place: number): string {
  return `${field} ${place}`;
}
