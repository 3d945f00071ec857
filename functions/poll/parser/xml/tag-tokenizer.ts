import { Tokenizer } from 'htmlparser2';
import { decodeEntities } from '../text/entities.ts';

/** Enough for all of HTML and of feeds, and no more than somebody could think of. */
const MAX_CACHED_NAMES = 2_000;
const MAX_CACHED_LENGTH = 40;

const cachedNames = new Map<string, string>();

/**
 * A tag's name in lower case. Remembered, since to make one of a piece of a document that has characters beyond Latin-1
 * takes longer than all else that is done for a tag.
 */
export function tagName(written: string): string {
  const name = cachedNames.get(written);
  if (name !== undefined) return name;
  if (cachedNames.size >= MAX_CACHED_NAMES || written.length > MAX_CACHED_LENGTH)
    return written.toLowerCase();
  // A copy: a piece of a document keeps all of it in memory.
  const own = Buffer.from(written).toString();
  const lower = own.toLowerCase();
  cachedNames.set(own, lower);
  return lower;
}

export type Attributes = Map<string, string>;

export interface TagEvents {
  /** Characters of the document; of a CDATA, as they are. */
  text(start: number, end: number, isCdata: boolean): void;
  /** Names are in lower case. `start` is where the tag starts, `from` where its content does. */
  open(tag: string, attributes: Attributes | undefined, start: number, from: number): void;
  close(tag: string, end: number): void;
  /** Whether attributes are of any use now. */
  wantsAttributes(): boolean;
}

const MAX_ATTRIBUTES = 100;
const CDATA = '[CDATA[';
const ignore = () => undefined;

/**
 * A tokenizer of XML that tells of whole tags. Not htmlparser2's parser, which searches its whole stack at every closing
 * tag, and stops at nothing.
 */
export function createTagTokenizer(source: string, events: TagEvents): Tokenizer {
  let tag = '';
  let tagStart = 0;
  let attribute = '';
  let value = '';
  let attributes: Attributes | undefined;
  return new Tokenizer(
    // Entities are resolved by us: a feed may use HTML's without declaring them.
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
      // What a parser of HTML makes of a CDATA: <!--[CDATA[ … ]]-->
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
