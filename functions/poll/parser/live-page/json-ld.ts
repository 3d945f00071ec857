import { endOfString, parseJson } from '../json/parse-json.ts';
import { MAX_DEPTH, MAX_VALUES } from '../limits.ts';
import { decodeHtmlEntities } from '../text/entities.ts';
import type { Script } from './page-reader.ts';

export interface JsonLd {
  readonly values: readonly unknown[];
  /**
   * Why only the start of a live blog has been read: its script breaks off, or has more values than we read. Unset if all of
   * it has been read.
   */
  readonly cut: 'truncated' | 'limit' | undefined;
}

/**
 * Returns the values of a page's JSON-LD scripts, as far as they can be read; at most MAX_VALUES together, of the
 * first scripts.
 */
export function readJsonLd(scripts: readonly Script[]): JsonLd {
  const isLive = ({ text }: Script) => text.includes('LiveBlogPosting');
  const values: unknown[] = [];
  let room = MAX_VALUES;
  let cut: JsonLd['cut'];
  for (const script of scripts) {
    if (room <= 0) break;
    const text = withoutWrapping(script.text);
    if (text === '') continue;
    const whole = parseScript(text, room);
    const part = whole ?? parseStart(text, room, script);
    if (!part) continue;
    if (!whole && isLive(script)) cut ??= script.isClosed ? 'limit' : 'truncated';
    room -= part.values + 1;
    values.push(part.value);
  }
  return { values, cut };
}

/** Opening and closing marks of comments and CDATA sections, which hide scripts from old programs. */
const OPENING = /^(?:\s|\/\/(?=\s*<!)|\/\*(?=\s*<!)|<!--|<!\[CDATA\[|\*\/)+/i;
/** Longer tails are not marks. A search from the start would take quadratic time. */
const MAX_CLOSING = 50;
const CLOSING = /(?:\s|;|\/\/|\/\*|-->|\]\]>|\*\/)+$/;

/** Returns a script's JSON without the comment or the CDATA section around it. */
function withoutWrapping(text: string): string {
  const start = text.replace(OPENING, '').trim();
  return start.slice(0, -MAX_CLOSING) + start.slice(-MAX_CLOSING).replace(CLOSING, '');
}

interface Part {
  readonly value: unknown;
  readonly values: number;
}

function parseScript(text: string, room: number): Part | undefined {
  // Some programs escape the whole script as if it were text, or write several objects one after the other.
  const isEscaped = /^[[{\s]{0,20}&(?:quot|#0*34|#x0*22);/i.test(text);
  const source = isEscaped ? decodeHtmlEntities(text) : text;
  for (const candidate of [source, `[${source}]`]) {
    const parsed = parseJson(candidate, room);
    if (!('fault' in parsed)) return parsed;
  }
  return undefined;
}

/**
 * Returns the start of JSON that breaks off or has too many values: up to its last complete object or list, with the brackets
 * closed. Returns undefined for JSON that is only broken.
 */
function parseStart(source: string, room: number, { isClosed }: Script): Part | undefined {
  const open: string[] = [];
  let end = 0;
  let depth = 0;
  let values = 0;
  // Leaves room for the closing brackets.
  for (let at = 0; at < source.length && values < room - 10; at++) {
    const character = source[at];
    if (character === '"') at = endOfString(source, at);
    else if (character === ',') values++;
    else if (character === '{' || character === '[') {
      values++;
      open.push(character === '{' ? '}' : ']');
      if (open.length > MAX_DEPTH) return undefined;
    } else if (character === '}' || character === ']') {
      open.pop();
      end = at + 1;
      depth = open.length;
    }
  }
  if (isClosed && values < room - 10) return undefined;
  return parseScript(source.slice(0, end) + open.slice(0, depth).reverse().join(''), room);
}
