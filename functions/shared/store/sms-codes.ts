import { listOf, number, readRecord, type Shape, text } from './record-shape.ts';
import type { Table } from './table.ts';

/** A code that was sent to a phone, to show that it belongs to the person at the page. */
export interface SmsCode {
  /** Hash of the code. */
  readonly hash: string;
  /** The topics that the person wants. */
  readonly topicIds: readonly string[];
  /** Wrong codes so far. */
  readonly tries: number;
  /** Until when the code may be used, ms. */
  readonly until: number;
}

/** The last code that was sent to each number. */
export interface SmsCodes {
  get(subscriberId: string): Promise<SmsCode | undefined>;
  /** Replaces any earlier code. */
  put(subscriberId: string, code: SmsCode): Promise<void>;
  /** Counts a wrong code. Returns false if the code has changed meanwhile. */
  countTry(subscriberId: string, code: SmsCode): Promise<boolean>;
  /** Uses up a code. Returns false if it was used, or has changed, meanwhile. */
  use(subscriberId: string, code: SmsCode): Promise<boolean>;
}

const CODE: Shape<SmsCode> = { hash: text, topicIds: listOf(text), tries: number, until: number };

export function smsCodes(table: Table): SmsCodes {
  const key = (id: string) => ({ pk: `SIGNUP-CODE#${id}`, sk: 'CODE' });
  const unchanged = ({ hash, tries }: SmsCode) => ({
    all: [
      { attribute: 'hash', equals: hash },
      { attribute: 'tries', equals: tries },
    ],
  });
  const recordOf = (id: string, code: SmsCode) => ({
    ...key(id),
    ...code,
    expiresAt: Math.ceil(code.until / 1000) + 86_400,
  });
  return {
    async get(id) {
      const record = await table.get(key(id));
      return record && readRecord(record, CODE);
    },
    async put(id, code) {
      await table.put(recordOf(id, code));
    },
    countTry: (id, code) => table.put(recordOf(id, { ...code, tries: code.tries + 1 }), unchanged(code)),
    use: (id, code) => table.delete(key(id), unchanged(code)),
  };
}
