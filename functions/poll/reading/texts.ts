import { type FeedElement, first } from './elements.ts';
import { resolved } from './entities.ts';
import { LONGEST_TEXT } from './limits.ts';
import { type PlainTextOptions, plainText } from './plain-text.ts';

/** What becomes of a piece of HTML of a feed. */
export type Render = (
  html: string,
  options: PlainTextOptions & { readonly base?: string | undefined },
) => string;

/** What a reader of entries knows besides their elements. */
export interface Reading {
  /** ms since the epoch. */
  readonly now: number;
  readonly render: Render;
  /** The document's own address, if it is known. */
  readonly url: string | undefined;
  /** The type of texts for which the feed states none, if its format says so. */
  readonly untyped?: 'text';
}

/** The first of the named elements of which a reader sees anything. */
export function textOf(element: FeedElement, reading: Reading, ...names: readonly string[]): string {
  for (const name of names) {
    const found = first(element, name);
    const text = found ? rendered(found, reading, {}) : '';
    if (text !== '') return text;
  }
  return '';
}

/** As textOf, of a headline. */
export function headlineOf(element: FeedElement, reading: Reading, ...names: readonly string[]): string {
  const found = first(element, ...names);
  return found ? rendered(found, reading, { headline: true }) : '';
}

/** A name or a label, always in plain text. */
export function labelOf(element: FeedElement): string {
  return rendered(element, { render: plainText }, {});
}

/** What is longer is cut before any other work is done on it. */
export function renderText(text: string, render: Render, options: PlainTextOptions = {}): string {
  return render(text.slice(0, LONGEST_TEXT), options);
}

type Rendering = Pick<Reading, 'render' | 'untyped'> & { readonly url?: string | undefined };

function rendered(
  element: FeedElement,
  { render, untyped, url }: Rendering,
  options: PlainTextOptions,
): string {
  const { text, markup, attributes, base = url, name } = element;
  const type = attributes.get('type')?.trim().toLowerCase() ?? '';
  if (markup !== undefined) {
    const cut = markup.slice(0, LONGEST_TEXT);
    // Atom's "html" is escaped, whatever else is there.
    return render(/^(text\/)?html$/.test(type) ? resolved(cut) : cut, { base });
  }
  const cut = text.slice(0, LONGEST_TEXT);
  if (NO_TEXT.test(type)) return '';
  const isEncoded = attributes.get('mode') === 'base64' || type === 'application/octet-stream';
  const stated =
    textType(type) ?? (name.startsWith('atom:') ? 'text' : name.includes(':') ? undefined : untyped);
  return render(isEncoded ? fromBase64(cut) : cut, { ...options, type: stated, base });
}

function textType(type: string): PlainTextOptions['type'] {
  if (type === '') return undefined;
  if (/^(text\/)?x?html$/.test(type)) return 'html';
  return /^(text(\/plain)?|plain)$/.test(type) ? 'text' : undefined;
}

/** Atom has pictures and films in its content. */
const NO_TEXT = /^(image|audio|video|font)\/|^application\/(pdf|zip)$/;

/** What is none, or holds no text, is left out. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return '';
  }
}
