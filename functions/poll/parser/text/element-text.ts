import { MAX_TEXT_LENGTH } from '../limits.ts';
import { type FeedElement, firstNonEmpty } from '../xml/feed-element.ts';
import { decodeEntities } from './entities.ts';
import { type PlainTextOptions, plainText } from './plain-text.ts';

/** What becomes of a piece of HTML of a feed. */
export type Render = (
  html: string,
  options: PlainTextOptions & { readonly base?: string | undefined },
) => string;

/** What a reader of entries knows besides their elements. */
export interface ReadOptions {
  /** ms since the epoch. */
  readonly now: number;
  readonly render: Render;
  /** The document's own address, if it is known. */
  readonly url: string | undefined;
  /** The type of texts for which the feed states none, if its format says so. */
  readonly defaultType?: 'text';
}

/** The first of the named elements of which a reader sees anything. */
export function textOf(element: FeedElement, reading: ReadOptions, ...names: readonly string[]): string {
  for (const name of names) {
    const found = firstNonEmpty(element, name);
    const text = found ? renderElement(found, reading, {}) : '';
    if (text !== '') return text;
  }
  return '';
}

/** As textOf, of a headline. */
export function titleOf(element: FeedElement, reading: ReadOptions, ...names: readonly string[]): string {
  const found = firstNonEmpty(element, ...names);
  return found ? renderElement(found, reading, { headline: true }) : '';
}

/** A name or a label, always in plain text. */
export function labelOf(element: FeedElement): string {
  return renderElement(element, { render: plainText }, {});
}

/** What is longer is cut before any other work is done on it. */
export function renderText(text: string, render: Render, options: PlainTextOptions = {}): string {
  return render(text.slice(0, MAX_TEXT_LENGTH), options);
}

type RenderOptions = Pick<ReadOptions, 'render' | 'defaultType'> & { readonly url?: string | undefined };

function renderElement(
  element: FeedElement,
  { render, defaultType, url }: RenderOptions,
  options: PlainTextOptions,
): string {
  const { text, markup, attributes, base = url, name } = element;
  const type = attributes.get('type')?.trim().toLowerCase() ?? '';
  if (markup !== undefined) {
    const cut = markup.slice(0, MAX_TEXT_LENGTH);
    // Atom's "html" is escaped, whatever else is there.
    return render(/^(text\/)?html$/.test(type) ? decodeEntities(cut) : cut, { base });
  }
  const cut = text.slice(0, MAX_TEXT_LENGTH);
  if (NON_TEXT_TYPE.test(type)) return '';
  const isEncoded = attributes.get('mode') === 'base64' || type === 'application/octet-stream';
  const stated =
    textType(type) ?? (name.startsWith('atom:') ? 'text' : name.includes(':') ? undefined : defaultType);
  return render(isEncoded ? fromBase64(cut) : cut, { ...options, type: stated, base });
}

function textType(type: string): PlainTextOptions['type'] {
  if (type === '') return undefined;
  if (/^(text\/)?x?html$/.test(type)) return 'html';
  return /^(text(\/plain)?|plain)$/.test(type) ? 'text' : undefined;
}

/** Atom has pictures and films in its content. */
const NON_TEXT_TYPE = /^(image|audio|video|font)\/|^application\/(pdf|zip)$/;

/** What is none, or holds no text, is left out. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return '';
  }
}
