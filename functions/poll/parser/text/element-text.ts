import type { KnownEntries } from '../known-entries.ts';
import { MAX_TEXT_LENGTH } from '../limits.ts';
import { type FeedElement, firstNonEmpty } from '../xml/feed-element.ts';
import { decodeEntities } from './entities.ts';
import { type PlainTextOptions, plainText } from './plain-text.ts';

/** Converts a piece of a feed's HTML. */
export type Render = (
  html: string,
  options: PlainTextOptions & { readonly base?: string | undefined },
) => string;

/** How to read entries, whatever their format. */
export interface ReadOptions {
  /** The current time, ms since the epoch. */
  readonly now: number;
  readonly render: Render;
  /** The document's own address, if known. */
  readonly url: string | undefined;
  /** The default type of a text that states no type, if the format defines a default. */
  readonly defaultType?: 'text';
  /** Entries that need not be read again. */
  readonly known?: KnownEntries | undefined;
}

/** Returns the text of the first child that has visible text, in the order of the names. */
export function textOf(element: FeedElement, options: ReadOptions, ...names: readonly string[]): string {
  for (const name of names) {
    const found = firstNonEmpty(element, name);
    const text = found ? renderElement(found, options, {}) : '';
    if (text !== '') return text;
  }
  return '';
}

/** Returns the first non-empty child as a headline, in the order of the names. */
export function titleOf(element: FeedElement, options: ReadOptions, ...names: readonly string[]): string {
  const found = firstNonEmpty(element, ...names);
  return found ? renderElement(found, options, { headline: true }) : '';
}

/** Returns a name or a label, always in plain text. */
export function labelOf(element: FeedElement): string {
  return renderElement(element, { render: plainText }, {});
}

/** Renders a text, cut to MAX_TEXT_LENGTH before any other work. */
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
    // Atom's "html" is escaped, even with elements inside.
    return render(/^(text\/)?html$/.test(type) ? decodeEntities(cut) : cut, { base });
  }
  const cut = text.slice(0, MAX_TEXT_LENGTH);
  if (NON_TEXT_TYPE.test(type)) return '';
  const isBase64 = attributes.get('mode') === 'base64' || type === 'application/octet-stream';
  const statedType =
    textType(type) ?? (name.startsWith('atom:') ? 'text' : name.includes(':') ? undefined : defaultType);
  return render(isBase64 ? fromBase64(cut) : cut, { ...options, type: statedType, base });
}

function textType(type: string): PlainTextOptions['type'] {
  if (type === '') return undefined;
  if (/^(text\/)?x?html$/.test(type)) return 'html';
  return /^(text(\/plain)?|plain)$/.test(type) ? 'text' : undefined;
}

/** Atom allows images and videos as content. */
const NON_TEXT_TYPE = /^(image|audio|video|font)\/|^application\/(pdf|zip)$/;

/** Returns the text of base64, or '' if it holds no text. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return '';
  }
}
