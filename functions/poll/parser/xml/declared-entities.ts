const MAX_ENTITIES = 300;
const MAX_VALUE = 300;
/** Characters that one document may gain. */
const MAX_GAIN = 200_000;
/** Of a doctype's list, and of all that stands before the first element. */
const MAX_DOCTYPE = 60_000;
const MAX_PROLOG = 80_000;

const ELEMENT = /<[a-z]/i;
const DOCTYPE = /<!DOCTYPE\s[^<>[\]]{0,500}\[/i;
/** What a doctype may hold, one by one. Only of an entity without SYSTEM or PUBLIC there is a value. */
const DECLARATION =
  /\s+|<!ENTITY\s+([\p{L}\p{N}_.:-]{1,100})\s+(?:"([^"]*)"\s*>|'([^']*)'\s*>|(?:SYSTEM|PUBLIC)\s(?:"[^"]*"|'[^']*'|[^"'>])*>)|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!(?:"[^"]*"|'[^']*'|[^"'>])*>|%[\p{L}\p{N}_.:-]+;/guy;
const PREDEFINED = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);
const REFERENCE = /&([\p{L}\p{N}_.:-]{1,100});/gu;
/** A CDATA that does not end holds all that follows. */
const REFERENCE_OUTSIDE_CDATA = /&([\p{L}\p{N}_.:-]{1,100});|<!\[CDATA\[(?:(?!\]\]>)[\s\S])*/gu;

/**
 * Puts in the entities that a document declares itself, and leaves out their declarations. Only entities of plain text,
 * so that none can hold another, and never one of another file; limited in number and size, and in what they add. All
 * others stay as they are written.
 */
export function withDeclaredEntities(source: string): string {
  const prolog = source.slice(0, source.search(ELEMENT));
  const doctype = prolog.length <= MAX_PROLOG ? DOCTYPE.exec(prolog) : null;
  if (!doctype) return source;
  const from = doctype.index + doctype[0].length;
  const { values, end } = declarations(source.slice(from, from + MAX_DOCTYPE));
  if (end === undefined) return source;
  const rest = source.slice(from + end);
  return source.slice(0, from) + (values.size > 0 ? expanded(rest, values) : rest);
}

/** `end` is where the doctype's list ends; undefined where it does not end, or holds what no one knows. */
function declarations(text: string): { values: Map<string, string>; end: number | undefined } {
  const declared = new Map<string, string>();
  let end = 0;
  for (const { index, 0: all, 1: name, 2: double, 3: single } of text.matchAll(DECLARATION)) {
    end = index + all.length;
    // Where a name is declared twice, the first counts.
    if (name !== undefined && !declared.has(name)) declared.set(name, double ?? single ?? EXTERNAL);
  }
  const plain = [...declared].filter(([name, value]) => !PREDEFINED.has(name) && isPlain(value, declared));
  return { values: new Map(plain.slice(0, MAX_ENTITIES)), end: text[end] === ']' ? end : undefined };
}

/** Markup, which is never put in. */
const EXTERNAL = '<';

function isPlain(value: string, declared: ReadonlyMap<string, string>): boolean {
  if (value.length > MAX_VALUE || /[<%]/.test(value)) return false;
  return [...value.matchAll(REFERENCE)].every(([, name = '']) => PREDEFINED.has(name) || !declared.has(name));
}

function expanded(text: string, values: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  let room = MAX_GAIN;
  let copied = 0;
  for (const { index, 0: written, 1: name = '' } of text.matchAll(REFERENCE_OUTSIDE_CDATA)) {
    const value = values.get(name);
    if (value === undefined) continue;
    room -= value.length + 1;
    if (room < 0) break;
    // It may stand in an attribute.
    parts.push(text.slice(copied, index), value.replaceAll('"', '&quot;').replaceAll("'", '&#39;'));
    copied = index + written.length;
  }
  return [...parts, text.slice(copied)].join('');
}
