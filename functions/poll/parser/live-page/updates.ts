import { hash64 } from '../../../shared/hash.ts';
import { isoDate } from '../dates/iso-date.ts';
import { distinctNames } from '../fields/authors-and-categories.ts';
import { languageTag } from '../fields/language-tag.ts';
import type { ReadOptions } from '../text/element-text.ts';
import { cleanText } from './clean-text.ts';
import { addressIn, type LiveBlog } from './live-blog.ts';
import { hasAnchor, type PageAddress } from './page-address.ts';
import { ANCHOR } from './page-reader.ts';
import {
  idOf,
  isNode,
  type SchemaNode,
  type SchemaText,
  stringOf,
  textsOf,
  valuesOf,
} from './schema-node.ts';

/** An update of a live blog. Texts are plain; times are ISO 8601 in UTC. */
export interface Update {
  /** The ids that the page gives the update, by the property that has them. */
  readonly ids: Readonly<Partial<Record<IdKind, string>>>;
  readonly url: string | undefined;
  readonly headline: string;
  readonly content: string;
  /** Publication time. Unset if the page gives only the time of the last change. */
  readonly published: string | undefined;
  readonly updated: string | undefined;
  readonly language: string | undefined;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
}

/** In the order in which they are preferred. */
export const ID_KINDS = ['id', 'url', 'identifier', 'anchor'] as const;
export type IdKind = (typeof ID_KINDS)[number];

export interface UpdateContext extends ReadOptions {
  readonly page: PageAddress;
}

/** Authors or categories of an update. */
const MAX_NAMES = 50;

/** Returns the updates of a live blog that have a text or a headline, in document order, with repeats. */
export function readUpdates({ updates, index }: LiveBlog, context: UpdateContext): Update[] {
  return updates
    .map((nodes) => readUpdate(nodes, index, context))
    .filter(({ headline, content }) => headline !== '' || content !== '');
}

function readUpdate(
  nodes: readonly SchemaNode[],
  index: LiveBlog['index'],
  { page, render, now }: UpdateContext,
): Update {
  const text = (names: readonly string[], headline: boolean) => firstText(nodes, names, render, headline);
  const date = (...names: readonly string[]) => {
    for (const name of names) {
      for (const node of nodes) {
        for (const written of textsOf(node, name)) {
          const iso = isoDate(typeof written === 'string' ? written : cleanText(written, render), now);
          if (iso) return iso;
        }
      }
    }
    return undefined;
  };
  const all = (...names: readonly string[]) => nodes.flatMap((node) => valuesOf(node, ...names));
  return {
    ...idsOf(nodes, page),
    headline: text(['headline', 'name'], true),
    content: text(['articleBody', 'text', 'description'], false),
    published: date('datePublished', 'dateCreated', 'uploadDate'),
    updated: date('dateModified'),
    language: languageOf(all('inLanguage')),
    authors: distinctNames(
      all('author', 'creator')
        .slice(0, MAX_NAMES)
        .map((author) => nameOf(author, index, render)),
    ),
    categories: distinctNames(
      [...all('articleSection'), ...all('keywords')]
        .flatMap((value) => (typeof value === 'string' ? value.split(',', MAX_NAMES) : []))
        .slice(0, MAX_NAMES)
        .map((label) => cleanText(label, render)),
    ),
  };
}

function firstText(
  nodes: readonly SchemaNode[],
  names: readonly string[],
  render: ReadOptions['render'],
  headline: boolean,
): string {
  for (const name of names) {
    for (const node of nodes) {
      const texts = textsOf(node, name);
      const parts = headline ? texts.slice(0, 1) : texts;
      const text = parts.map((part) => cleanText(part, render, headline ? { headline } : {})).join(' ');
      if (text.trim() !== '') return text.trim();
    }
  }
  return '';
}

/** Returns the ids of an update, and its address, which may be the whole page's. */
function idsOf(nodes: readonly SchemaNode[], page: PageAddress): Pick<Update, 'ids' | 'url'> {
  const first = (read: (node: SchemaNode) => string) => nodes.map(read).find((found) => found !== '') ?? '';
  const url = page.resolve(first((node) => addressOf(node, 'url')));
  const ownPage = page.resolve(first((node) => addressOf(node, 'mainEntityOfPage')));
  const identifier = first((node) => identifierIn(valuesOf(node, 'identifier')));
  const anchor = first((node) => stringOf(node, ANCHOR));
  // An address without an anchor is often that of the page, in a spelling that we do not know.
  const candidates = [url, ownPage && hasAnchor(ownPage) ? ownPage : undefined];
  const address = candidates.find((found) => found && !page.isWhole(found));
  const written: Record<IdKind, string | undefined> = {
    id: page.resolveId(first(idOf)),
    url: address,
    // An identifier is no address, unless it is written as one.
    identifier: /^https?:|^[#/]/i.test(identifier) ? page.resolveId(identifier) : identifier.slice(0, MAX_ID),
    anchor: page.atAnchor(anchor),
  };
  const ids = Object.entries(written).filter(([, id]) => id && !page.isWhole(id));
  const anchored = [written.id, written.anchor, page.atAnchor(identifier)].find(
    (id) => id && /^https?:/.test(id) && !page.isWhole(id),
  );
  return { ids: Object.fromEntries(ids), url: address ?? anchored ?? url ?? page.url };
}

const MAX_ID = 1_000;

function addressOf(node: SchemaNode, property: string): string {
  return (
    valuesOf(node, property)
      .map(addressIn)
      .find((address) => address !== '') ?? ''
  );
}

function identifierIn(values: readonly unknown[]): string {
  for (const value of values) {
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
    if (isNode(value)) return stringOf(value, 'value') || idOf(value);
  }
  return '';
}

/** Returns the language in a list of tags and of schema.org's Language. */
export function languageOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const written = isNode(value)
      ? [stringOf(value, 'alternateName'), stringOf(value, 'name')]
      : [typeof value === 'string' ? value : ''];
    for (const tag of written.map(languageTag)) if (tag) return tag;
  }
  return undefined;
}

function nameOf(author: unknown, index: LiveBlog['index'], render: ReadOptions['render']): string {
  const texts: readonly SchemaText[] = isNode(author)
    ? textsOf(index.resolve(author), 'name', 'alternateName')
    : textsOf({ author }, 'author').flatMap((text) => {
        const [named] = typeof text === 'string' ? index.nodes(text) : [];
        return named ? textsOf(named, 'name') : text;
      });
  const name = texts.map((text) => cleanText(text, render))[0] ?? '';
  return /^https?:\/\//i.test(name) ? '' : name;
}

export function isAnchored(id: string, page: PageAddress): boolean {
  return hasAnchor(id) && page.isOnPage(id);
}

/** Returns a key that is the same for texts that differ only in case, punctuation and blanks. */
export function textKey(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return words || text;
}

/** Returns a short key of an update's texts and its time. */
export function contentKey({ published, headline, content }: Update): string {
  return hash64(published ?? '', textKey(headline), textKey(content));
}
