import { Tokenizer } from 'htmlparser2';
import { resolved } from './entities.ts';
import { tagName } from './tag-name.ts';

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

const MOST_ATTRIBUTES = 100;
const CDATA = '[CDATA[';
const ignore = () => undefined;

/**
 * A tokenizer of XML that tells of whole tags. Not htmlparser2's parser, which searches its whole stack at every closing
 * tag, and stops at nothing.
 */
export function tagsOf(source: string, events: TagEvents): Tokenizer {
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
        if (attributes.size < MOST_ATTRIBUTES && !attributes.has(attribute))
          attributes.set(attribute, resolved(value));
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
