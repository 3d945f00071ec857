import { Tokenizer } from 'htmlparser2';
import { joinMarkup, type Markup, markup } from '../../functions/shared/markup.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { withSecrets } from '../../functions/shared/secrets.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { feedTitle } from './feed-title.ts';

/** The feeds as OPML 2.0: in a folder of their first tag, with all of them as categories. */
export function writeOpml(feeds: readonly Feed[]): string {
  const folders = Map.groupBy(feeds, ({ tags }) => tags[0] ?? '');
  const lines = [...folders].map(([folder, inside]) => {
    if (folder === '') return joinMarkup(inside.map((feed) => outlineMarkup(feed, '    ')));
    const name = safeText(folder);
    return markup`    <outline text="${name}" title="${name}">
${joinMarkup(inside.map((feed) => outlineMarkup(feed, '      ')))}    </outline>
`;
  });
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Feeds of news-alerts</title>
  </head>
  <body>
${joinMarkup(lines)}  </body>
</opml>
`.source;
}

function outlineMarkup({ url, title, tags, enabled }: Feed, indent: string): Markup {
  // XML cannot write most of what this leaves out.
  const name = safeText(title);
  // A comma ends a category and a slash a part of one.
  const categories = tags.map((tag) => safeText(tag).replace(/[,/]+/g, ' ')).join(',');
  const category = tags.length === 0 ? markup`` : markup` category="${categories}"`;
  const comment = enabled ? markup`` : markup` isComment="true"`;
  return markup`${indent}<outline type="rss" text="${name}" title="${name}" xmlUrl="${withSecrets(url, (secret) => `\${${secret}}`)}"${category}${comment}/>
`;
}

/** An outline that is a feed or should be one: folders are only seen in the tags of what is in them. */
export interface Outline {
  /** From 1. */
  readonly line: number;
  readonly name: string;
  /** As it stands in the file. */
  readonly address?: string;
  /** The web page that the outline names beside it. */
  readonly page?: string;
  /** Of the folders that it is in, then of its categories. */
  readonly tags: readonly string[];
  /** Its author has switched it off. */
  readonly commentedOut: boolean;
}

export interface Opml {
  /** Name of the outermost element, lower-case; undefined when there is none. */
  readonly root: string | undefined;
  readonly outlines: readonly Outline[];
  /** The file has more outlines than are read. */
  readonly hasMore: boolean;
}

/** More than anybody follows; a file of 5 MB can have ten times as many, in 300 MB of memory. */
export const MAX_OUTLINES = 50_000;

/** Nobody files deeper; a file that does would give every feed as many tags. */
const MAX_TAGS = 10;

/**
 * Reads OPML as it is found, well-formed or not: bare ampersands, tags that nobody closes, any case of names. Takes
 * time and memory in proportion to the text, whatever is in it.
 */
export function readOpml(text: string): Opml {
  const { root, tags, hasMore } = readTags(text);
  return { root, outlines: outlinesOf(tags), hasMore };
}

type Attributes = Map<string, string>;
type Start = { kind: 'open' | 'empty'; readonly line: number; readonly attributes: Attributes };
type Tag = Start | { readonly kind: 'close' };

/** The tags of all outlines, in order. */
function readTags(text: string): { root: string | undefined; tags: Tag[]; hasMore: boolean } {
  const tags: Tag[] = [];
  let outlines = 0;
  let root: string | undefined;
  let opened = '';
  let line = 1;
  let counted = 0;
  let attributes: Attributes = new Map();
  let attribute = '';
  let value = '';
  const lineOf = (at: number) => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line++;
    return line;
  };
  let started: Start | undefined;
  let rest = '';
  const settle = () => {
    if (started) recoverCutTag(started, rest);
    started = undefined;
    rest = '';
  };
  const end = (kind: 'open' | 'empty', at: number) => {
    if (opened !== 'outline') return;
    settle();
    if (++outlines > MAX_OUTLINES) {
      tokenizer.pause();
      return;
    }
    started = { kind, line: lineOf(at), attributes };
    tags.push(started);
  };
  const ignore = () => undefined;
  // Not the parser above it, which looks for the start of every tag that closes; and as XML, in which & is an ampersand
  // unless it begins an entity of XML: ?a=1&copy=2 stays what it is.
  const tokenizer = new Tokenizer(
    { xmlMode: true },
    {
      onopentagname(start, stop) {
        opened = text.slice(start, stop).toLowerCase();
        root ??= opened;
        attributes = new Map();
      },
      onattribname(start, stop) {
        attribute = text.slice(start, stop).toLowerCase();
        value = '';
      },
      onattribdata(start, stop) {
        value += text.slice(start, stop);
      },
      onattribentity(codePoint) {
        value += String.fromCodePoint(codePoint);
      },
      onattribend() {
        if (!attributes.has(attribute)) attributes.set(attribute, value);
      },
      onopentagend: (at) => end('open', at),
      onselfclosingtag: (at) => end('empty', at),
      onclosetag(start, stop) {
        if (text.slice(start, stop).toLowerCase() !== 'outline') return;
        settle();
        tags.push({ kind: 'close' });
      },
      ontext(start, stop) {
        rest += text.slice(start, stop);
      },
      ontextentity(codePoint) {
        rest += String.fromCodePoint(codePoint);
      },
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: settle,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return { root, tags, hasMore: outlines > MAX_OUTLINES };
}

/**
 * Text after a tag, where none belongs: a description with markup that nobody escaped, `description="<a href="…">…" xmlUrl="…"/>`,
 * has ended the tag too early.
 */
function recoverCutTag(tag: Start, rest: string): void {
  if (rest.trimEnd().endsWith('/>')) tag.kind = 'empty';
  const found = /\sxmlurl\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(rest);
  const address = found?.[1] ?? found?.[2];
  if (address !== undefined && !tag.attributes.has('xmlurl')) tag.attributes.set('xmlurl', address);
}

interface Level {
  /** Of what is inside. */
  readonly tags: readonly string[];
  readonly commentedOut: boolean;
  /** Set where it is a folder only if something turns out to be in it. */
  alone: Outline | undefined;
}

const TOP: Level = { tags: [], commentedOut: false, alone: undefined };

function outlinesOf(tags: readonly Tag[]): Outline[] {
  const unclosed = feedsAreLeftOpen(tags);
  const found: Outline[] = [];
  const levels: Level[] = [];
  const leave = () => {
    const { alone } = levels.pop() ?? TOP;
    if (alone) found.push(alone);
  };
  for (const tag of tags) {
    if (tag.kind === 'close') {
      leave();
      continue;
    }
    const parent = levels.at(-1) ?? TOP;
    parent.alone = undefined;
    const outline = outlineOf(tag.line, tag.attributes, parent);
    const isFeed = outline.address !== undefined;
    if (isFeed || tag.kind === 'empty') found.push(outline);
    if (tag.kind === 'open' && !(isFeed && unclosed)) {
      levels.push({
        tags: isFeed ? parent.tags : withTags(parent.tags, [folderName(tag.attributes)]),
        commentedOut: outline.commentedOut,
        alone: isFeed ? undefined : outline,
      });
    }
  }
  while (levels.length > 0) leave();
  return found;
}

/** Whether closing tags are those of folders alone, so that a feed is over where its tag is. */
function feedsAreLeftOpen(tags: readonly Tag[]): boolean {
  let [feeds, folders, closed] = [0, 0, 0];
  for (const tag of tags) {
    if (tag.kind === 'close') closed++;
    else if (tag.kind === 'open' && addressOf(tag.attributes) !== undefined) feeds++;
    else if (tag.kind === 'open') folders++;
  }
  return closed <= folders + feeds / 2;
}

function outlineOf(line: number, attributes: Attributes, parent: Level): Outline {
  const address = addressOf(attributes);
  const page = attributes.get('htmlurl')?.trim();
  const name = feedTitle(attributes.get('title')?.trim() || attributes.get('text') || '');
  return {
    line,
    // Some readers export a feed without a title under its address.
    name: /^https?:/i.test(name) ? redactAddress(name) : name,
    ...(address ? { address } : {}),
    ...(page ? { page } : {}),
    tags: withTags(parent.tags, (attributes.get('category') ?? '').slice(0, 1_000).split(/[,/]/)),
    commentedOut: parent.commentedOut || attributes.get('iscomment')?.trim().toLowerCase() === 'true',
  };
}

function addressOf(attributes: Attributes): string | undefined {
  const own = (attributes.get('xmlurl') ?? attributes.get('feedurl'))?.trim();
  if (own) return own;
  // That of a link or an inclusion is a page's, or another outline's.
  return /^(link|include)$/i.test(attributes.get('type')?.trim() ?? '')
    ? undefined
    : attributes.get('url')?.trim() || undefined;
}

function folderName(attributes: Attributes): string {
  return attributes.get('text')?.trim() || attributes.get('title') || '';
}

function withTags(tags: readonly string[], names: readonly string[]): readonly string[] {
  const more = names.map(toTag).filter((tag) => tag !== '' && !tags.includes(tag));
  return more.length === 0 ? tags : [...new Set([...tags, ...more])].slice(0, MAX_TAGS);
}

/** "World News" as "world-news", in any script. */
export function toTag(name: string): string {
  const words = feedTitle(name).normalize('NFC').toLowerCase();
  return words.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
}
