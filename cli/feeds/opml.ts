import { Tokenizer } from 'htmlparser2';
import { joinMarkup, type Markup, markup } from '../../functions/shared/markup.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { withSecrets } from '../../functions/shared/secrets.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { feedTitle } from './feed-title.ts';

/** Returns the feeds as OPML 2.0. A feed is in the folder of its first tag, with all its tags as categories. */
export function writeOpml(feeds: readonly Feed[]): string {
  const folders = Map.groupBy(feeds, ({ tags }) => tags[0] ?? '');
  const lines = [...folders].map(([folder, members]) => {
    if (folder === '') return joinMarkup(members.map((feed) => outlineMarkup(feed, '    ')));
    const name = safeText(folder);
    return markup`    <outline text="${name}" title="${name}">
${joinMarkup(members.map((feed) => outlineMarkup(feed, '      ')))}    </outline>
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
  // XML has no form for most of the characters that safeText removes.
  const name = safeText(title);
  // A comma would end the category, and a slash would end a part of it.
  const categories = tags.map((tag) => safeText(tag).replace(/[,/]+/g, ' ')).join(',');
  const category = tags.length === 0 ? markup`` : markup` category="${categories}"`;
  const comment = enabled ? markup`` : markup` isComment="true"`;
  return markup`${indent}<outline type="rss" text="${name}" title="${name}" xmlUrl="${withSecrets(url, (secret) => `\${${secret}}`)}"${category}${comment}/>
`;
}

/** An outline that is a feed or should be one. Folders only appear as tags of the outlines in them. */
export interface Outline {
  /** Counts from 1. */
  readonly line: number;
  readonly name: string;
  /** Address of the feed, as in the file. */
  readonly address?: string;
  /** Address of the web page. */
  readonly page?: string;
  /** From its folders, then from its categories. */
  readonly tags: readonly string[];
  /** The outline or its folder has isComment="true". */
  readonly commentedOut: boolean;
}

export interface Opml {
  /** Name of the root element in lower case; undefined when there is none. */
  readonly root: string | undefined;
  readonly outlines: readonly Outline[];
  /** The file has more than MAX_OUTLINES outlines. */
  readonly hasMore: boolean;
}

/** More than anybody follows. A file of 5 MB can have ten times as many, which would take 300 MB of memory. */
export const MAX_OUTLINES = 50_000;

/** Nobody nests folders deeper than this, and every folder gives a feed another tag. */
const MAX_TAGS = 10;

/**
 * Reads OPML, even if it is not well-formed: bare ampersands, tags without an end, names in any case. Takes time and
 * memory in proportion to the length of any text.
 */
export function readOpml(text: string): Opml {
  const { root, tags, hasMore } = readTags(text);
  return { root, outlines: outlinesOf(tags), hasMore };
}

type Attributes = Map<string, string>;
type Start = { kind: 'open' | 'empty'; readonly line: number; readonly attributes: Attributes };
type Tag = Start | { readonly kind: 'close' };

/** Returns the tags of all outlines, in order. */
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
  let textAfter = '';
  const finishTag = () => {
    if (started) recoverCutTag(started, textAfter);
    started = undefined;
    textAfter = '';
  };
  const end = (kind: 'open' | 'empty', at: number) => {
    if (opened !== 'outline') return;
    finishTag();
    if (++outlines > MAX_OUTLINES) {
      tokenizer.pause();
      return;
    }
    started = { kind, line: lineOf(at), attributes };
    tags.push(started);
  };
  const ignore = () => undefined;
  // Use the tokenizer alone, because htmlparser2's parser searches for the opening tag of every closing tag. In XML
  // mode, an & that starts no XML entity stays an ampersand, so ?a=1&copy=2 is unchanged.
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
        finishTag();
        tags.push({ kind: 'close' });
      },
      ontext(start, stop) {
        textAfter += text.slice(start, stop);
      },
      ontextentity(codePoint) {
        textAfter += String.fromCodePoint(codePoint);
      },
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: finishTag,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return { root, tags, hasMore: outlines > MAX_OUTLINES };
}

/**
 * Recovers a tag that a description with unescaped markup ended too early, as in
 * `description="<a href="…">…" xmlUrl="…"/>`: takes the address and the end of the tag from the text after it.
 */
function recoverCutTag(tag: Start, textAfter: string): void {
  if (textAfter.trimEnd().endsWith('/>')) tag.kind = 'empty';
  const attribute = /\sxmlurl\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(textAfter);
  const address = attribute?.[1] ?? attribute?.[2];
  if (address !== undefined && !tag.attributes.has('xmlurl')) tag.attributes.set('xmlurl', address);
}

/** An open outline. */
interface Level {
  /** Tags of the outlines in it. */
  readonly tags: readonly string[];
  readonly commentedOut: boolean;
  /** The outline itself, until another outline inside it shows that it is a folder. */
  childless: Outline | undefined;
}

const TOP: Level = { tags: [], commentedOut: false, childless: undefined };

function outlinesOf(tags: readonly Tag[]): Outline[] {
  const areUnclosed = areFeedsUnclosed(tags);
  const outlines: Outline[] = [];
  const levels: Level[] = [];
  const closeLevel = () => {
    const { childless } = levels.pop() ?? TOP;
    if (childless) outlines.push(childless);
  };
  for (const tag of tags) {
    if (tag.kind === 'close') {
      closeLevel();
      continue;
    }
    const parent = levels.at(-1) ?? TOP;
    parent.childless = undefined;
    const outline = outlineOf(tag.line, tag.attributes, parent);
    const isFeed = outline.address !== undefined;
    if (isFeed || tag.kind === 'empty') outlines.push(outline);
    if (tag.kind === 'open' && !(isFeed && areUnclosed)) {
      levels.push({
        tags: isFeed ? parent.tags : withTags(parent.tags, [folderName(tag.attributes)]),
        commentedOut: outline.commentedOut,
        childless: isFeed ? undefined : outline,
      });
    }
  }
  while (levels.length > 0) closeLevel();
  return outlines;
}

/** Returns whether only folders have closing tags, so that a feed ends with its opening tag. */
function areFeedsUnclosed(tags: readonly Tag[]): boolean {
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
    // Some readers export the address of an untitled feed as its title.
    name: /^https?:/i.test(name) ? redactAddress(name) : name,
    ...(address ? { address } : {}),
    ...(page ? { page } : {}),
    tags: withTags(parent.tags, (attributes.get('category') ?? '').slice(0, 1_000).split(/[,/]/)),
    commentedOut: parent.commentedOut || attributes.get('iscomment')?.trim().toLowerCase() === 'true',
  };
}

function addressOf(attributes: Attributes): string | undefined {
  const feedUrl = (attributes.get('xmlurl') ?? attributes.get('feedurl'))?.trim();
  if (feedUrl) return feedUrl;
  // The url of a link is a web page, that of an inclusion another OPML file.
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

/** Returns a name as a tag, such as "world-news" for "World News", in any script. */
export function toTag(name: string): string {
  const words = feedTitle(name).normalize('NFC').toLowerCase();
  return words.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
}
