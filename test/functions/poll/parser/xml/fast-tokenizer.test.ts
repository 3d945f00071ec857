import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { expect, it } from 'vitest';
import { FastTokenizer } from '../../../../../functions/poll/parser/xml/fast-tokenizer.ts';
import { seededRandom } from '../../../../helpers/seeded-random.ts';

const PIECES = [
  ...[
    '<',
    '>',
    '/',
    '"',
    "'",
    '=',
    '&',
    '-',
    ']',
    '!',
    '?',
    ' ',
    'a',
    'ü',
    '😀',
    '<p>',
    '</p>',
    '<a href="x">',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml ',
    '?>',
    '<!doctype html>',
    '<script>',
    '</script>',
    '<title>',
  ],
];

/** Returns all callbacks of a tokenizer that reads a text in pieces, with their arguments. */
function eventsOf(Kind: typeof Tokenizer, pieces: readonly string[], xmlMode: boolean): unknown[] {
  const events: unknown[] = [];
  const callbacks = new Proxy({} as TokenizerCallbacks, {
    get:
      (_, name) =>
      (...args: readonly unknown[]) =>
        void events.push([name, ...args]),
  });
  const tokenizer = new Kind({ xmlMode, decodeEntities: false }, callbacks);
  for (const piece of pieces) tokenizer.write(piece);
  tokenizer.end();
  return events;
}

it('replaces a method that the tokenizer has', () => {
  expect(Tokenizer.prototype).toHaveProperty('fastForwardTo');
});

it('reads any document as the tokenizer does', () => {
  const random = seededRandom(1);
  for (let n = 0; n < 5_000; n++) {
    const document = Array.from({ length: random.between(1, 12) }, () =>
      Array.from({ length: random.between(1, 12) }, () => random.pick(PIECES)).join(''),
    );
    for (const xmlMode of [true, false]) {
      const expected = eventsOf(Tokenizer, document, xmlMode);
      expect(eventsOf(FastTokenizer, document, xmlMode), document.join('|')).toEqual(expected);
    }
  }
});
