import type { Tokenizer } from 'htmlparser2';
import { decodeEntities } from '../text/entities.ts';
import { FastTokenizer } from './fast-tokenizer.ts';

/** Enough for the names of HTML and of feeds. Hostile documents could invent any number. */
const MAX_CACHED_NAMES = 2_000;
const MAX_CACHED_LENGTH = 40;

const cachedNames = new Map<string, string>();

/**
 * Returns a tag's name in lower case. Caches names: making one from a document with characters beyond Latin-1 takes longer
 * than all other work on a tag.
 */
export function tagName(written: string): string {
  const name = cachedNames.get(written);
  if (name !== undefined) return name;
  if (cachedNames.size >= MAX_CACHED_NAMES || written.length > MAX_CACHED_LENGTH)
    return written.toLowerCase();
  // A slice would keep the whole document in memory.
  const copy = Buffer.from(written).toString();
  const lower = copy.toLowerCase();
  cachedNames.set(copy, lower);
  return lower;
}

export type Attributes = Map<string, string>;

export interface TagEvents {
  /** Reports character data with entities still encoded. CDATA sections have no entities. */
  text(start: number, end: number, isCdata: boolean): void;
  /** Reports a start tag, with names in lower case. The tag begins at `start`, and its content at `from`. */
  open(tag: string, attributes: Attributes | undefined, start: number, from: number): void;
  close(tag: string, end: number): void;
  /** Returns whether attributes are needed at this position. */
  wantsAttributes(): boolean;
}

const MAX_ATTRIBUTES = 100;
const CDATA = '[CDATA[';
const ignore = () => undefined;

/**
 * Returns an XML tokenizer that reports whole tags. htmlparser2's own parser searches its whole stack at every closing tag
 * and has no limits.
 */
export function createTagTokenizer(source: string, events: TagEvents): Tokenizer {
  let tag = '';
  let tagStart = 0;
  let attribute = '';
  let value = '';
  let attributes: Attributes | undefined;
  return new FastTokenizer(
    // We decode entities ourselves: feeds use HTML's without declaring them.
    { xmlMode: true, decodeEntities: false },
    {
      ontext: (start, end) => events.text(start, end, false),
      oncdata: (start, end, trailer) => events.text(start, end - trailer, true),
      onopentagname(start, end) {
        tag = tagName(source.slice(start, end));
        tagStart = start - 1;
        attributes = undefined;
      },
      onattribname(start, end) {
        attribute = tagName(source.slice(start, end));
        value = '';
      },
      onattribdata(start, end) {
        value = source.slice(start, end);
      },
      onattribend() {
        if (!events.wantsAttributes()) return;
        attributes ??= new Map();
        if (attributes.size < MAX_ATTRIBUTES && !attributes.has(attribute))
          attributes.set(attribute, decodeEntities(value));
      },
      onopentagend: (end) => events.open(tag, attributes, tagStart, end + 1),
      onselfclosingtag(end) {
        events.open(tag, attributes, tagStart, end + 1);
        events.close(tag, end + 1);
      },
      onclosetag: (start, end) => events.close(tagName(source.slice(start, end)), start - 2),
      ontextentity: ignore,
      onattribentity: ignore,
      // HTML parsers turn a CDATA section into <!--[CDATA[ … ]]-->.
      oncomment(start, end, trailer) {
        const [from, to] = [start + CDATA.length, end - trailer - 2];
        if (source.startsWith(CDATA, start) && source.startsWith(']]', to) && from <= to)
          events.text(from, to, true);
      },
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
}
