import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { MAX_DEPTH, MAX_VALUES } from '../limits.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type ParsedJson =
  /** `values`: the number of values, to add up the size of several documents. */
  { readonly value: unknown; readonly values: number } | { readonly fault: string };

/**
 * Parses JSON, even with common errors. Returns the reason if it cannot. Rejects JSON that is too deep or has too many
 * values: parsing it could exhaust memory.
 */
export function parseJson(source: string, maxValues = MAX_VALUES): ParsedJson {
  const { depth, values } = sizeOf(source, maxValues);
  if (depth > MAX_DEPTH) return { fault: `JSON with more than ${MAX_DEPTH} nested brackets` };
  if (values > maxValues)
    return { fault: `JSON with more than ${MAX_VALUES} values and no complete item before them` };
  try {
    return { value: JSON.parse(source), values };
  } catch {
    const parsed = parseLeniently(source);
    return 'fault' in parsed ? parsed : { ...parsed, values };
  }
}

let lenient: typeof import('./lenient-json.ts') | undefined;

/**
 * Parses JSON with common errors. Loads the code on demand; in a bundle, it is a file beside the bundle with the same
 * extension.
 */
function parseLeniently(source: string): { readonly value: unknown } | { readonly fault: string } {
  lenient ??= createRequire(import.meta.url)(
    `./lenient-json${extname(import.meta.filename)}`,
  ) as typeof import('./lenient-json.ts');
  const result = lenient.parseLenientJson(source);
  return 'fault' in result ? { fault: `invalid JSON at ${result.fault}` } : result;
}

/** Returns the depth of JSON and its number of values. Stops counting beyond either limit. */
function sizeOf(source: string, maxValues: number): { readonly depth: number; readonly values: number } {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '"') {
      at = endOfString(source, at);
    } else if (character === '{' || character === '[') {
      values++;
      if (++depth > MAX_DEPTH || values > maxValues) break;
    } else if (character === '}' || character === ']') {
      depth--;
    } else if (character === ',' && ++values > maxValues) {
      break;
    }
  }
  return { depth, values };
}

/** Returns the position of the quote that closes the string at `start`. */
export function endOfString(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at;
}
