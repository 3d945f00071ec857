import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { Seeds } from './seeds.ts';

const MAX_BYTES = 200_000;

/** Mutates a file in a few places, in its bytes or its structure. */
export function mutate(random: SeededRandom, file: Buffer, others: readonly Buffer[], seeds: Seeds): Buffer {
  let bytes = file;
  for (let left = 1 + random.integer(4); left > 0; left--)
    bytes = random.pick(MUTATIONS)(random, bytes, others, seeds).subarray(0, MAX_BYTES);
  return bytes;
}

type Mutation = (random: SeededRandom, bytes: Buffer, others: readonly Buffer[], seeds: Seeds) => Buffer;

const replaceBytes = (bytes: Buffer, from: number, to: number, piece: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);

function randomRange(random: SeededRandom, bytes: Buffer, maxLength = 2_000): [from: number, to: number] {
  const from = random.integer(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.integer(1 + random.pick([1, 8, 80, maxLength])))];
}

/** Returns the range of a random tag, attribute, bracket or line. */
function randomNode(random: SeededRandom, bytes: Buffer): [from: number, to: number] {
  const text = bytes.toString('latin1');
  const at = random.integer(text.length + 1);
  const [open, close] = random.pick([
    ['<', '>'],
    ['"', '"'],
    ['{', '}'],
    ['[', ']'],
    ['\n', '\n'],
    ['<item', '</item>'],
    ['<entry', '</entry>'],
    ['<', '/>'],
    [',', ','],
  ] as const);
  const from = text.indexOf(open, at);
  if (from < 0) return randomRange(random, bytes);
  const to = text.indexOf(close, from + 1);
  return [from, to < 0 ? text.length : to + close.length];
}

const MUTATIONS: readonly Mutation[] = [
  // Bytes.
  (random, bytes) => {
    const copy = Buffer.from(bytes);
    for (let left = 1 + random.integer(6); left > 0 && copy.length > 0; left--)
      copy[random.integer(copy.length)] = random.chance(0.5)
        ? random.integer(256)
        : random.pick([0, 9, 10, 38, 60, 62, 34, 0x1b, 0xff, 0xc0, 0xed]);
    return copy;
  },
  (random, bytes) => replaceBytes(bytes, ...randomRange(random, bytes), Buffer.alloc(0)),
  (random, bytes) => bytes.subarray(0, random.integer(bytes.length + 1)),
  (random, bytes) => {
    const [from, to] = randomRange(random, bytes);
    return replaceBytes(
      bytes,
      to,
      to,
      Buffer.concat(Array(1 + random.integer(random.chance(0.05) ? 300 : 5)).fill(bytes.subarray(from, to))),
    );
  },
  (random, bytes, others) => {
    const other = random.pick(others);
    return replaceBytes(bytes, ...randomRange(random, bytes), other.subarray(...randomRange(random, other)));
  },
  // Structure.
  (random, bytes) => replaceBytes(bytes, ...randomNode(random, bytes), Buffer.alloc(0)),
  (random, bytes) => {
    const [from, to] = randomNode(random, bytes);
    return replaceBytes(bytes, to, to, bytes.subarray(from, to));
  },
  (random, bytes, others) => {
    const other = random.pick(others);
    const [from, to] = randomNode(random, bytes);
    return replaceBytes(bytes, from, to, other.subarray(...randomNode(random, other)));
  },
  (random, bytes) => {
    const [from, to] = randomNode(random, bytes);
    const depth = random.pick([2, 20, 200, 2_000]);
    const [open, close] = random.pick([
      ['<a>', '</a>'],
      ['<item>', ''],
      ['[', ']'],
      ['{"a":', '}'],
      ['<![CDATA[', ']]>'],
      ['<!--', '-->'],
      ['(', ')'],
      ['- ', ''],
    ] as const);
    return replaceBytes(
      bytes,
      from,
      to,
      Buffer.concat([
        Buffer.from(open.repeat(depth)),
        bytes.subarray(from, to),
        Buffer.from(close.repeat(depth)),
      ]),
    );
  },
  // Texts.
  (random, bytes, _, seeds) =>
    replaceBytes(bytes, ...randomRange(random, bytes, 200), Buffer.from(pieceOf(random, seeds))),
  (random, bytes, _, seeds) => {
    const [from, to] = randomNode(random, bytes);
    return replaceBytes(
      bytes,
      Math.min(from + 1, to),
      Math.max(from + 1, to - 1),
      Buffer.from(pieceOf(random, seeds)),
    );
  },
  (random, bytes) => {
    const text = bytes.toString('utf8');
    return random.pick([
      () => Buffer.from(`\ufeff${text}`, 'utf16le'),
      () => Buffer.from(text, 'utf16le'),
      () => Buffer.from(text, 'utf16le').swap16(),
      () => Buffer.from(text, 'latin1'),
      () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
      () =>
        Buffer.from(
          text.replace(
            /encoding="[^"]*"/,
            `encoding="${random.pick(['utf-16', 'big5', 'x-none', 'iso-2022-jp', ''])}"`,
          ),
        ),
    ])();
  },
];

/** Returns a text that is known to break programs, or one that is expensive to process. */
export function pieceOf(random: SeededRandom, seeds: Seeds): string {
  if (random.chance(0.7)) return random.pick(seeds.naughty);
  return random.pick(seeds.hostile)(
    random.pick([10, 100, 1_000, random.chance(0.1) ? 20_000 : 300]),
    random.integer(1e9),
  );
}

/** Returns a text of such pieces and ordinary words. */
export function hostileText(random: SeededRandom, seeds: Seeds): string {
  let text = '';
  for (let left = 1 + random.integer(5); left > 0; left--) {
    text += random.chance(0.4) ? random.pick(WORDS) : pieceOf(random, seeds);
    text += random.pick(['', ' ', ' ', '. ', '\n', ' | ']);
  }
  return text.slice(0, 30_000);
}

const WORDS = [
  'Storm floods the old town',
  'bridge',
  'a new bridge opens after nine years',
  '5 percent',
  'U.S.',
  'LIVE: ',
  'Überschwemmung',
  'наводнение',
  '洪水',
  'زلزال',
  'https://courier.example/x',
];
