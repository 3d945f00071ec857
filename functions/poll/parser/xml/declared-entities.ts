const MAX_ENTITIES = 300;
const MAX_VALUE_LENGTH = 300;
/** Characters that entities may add to one document. */
const MAX_ADDED_LENGTH = 200_000;
/** Characters of a doctype's declarations, and of everything before the first element. */
const MAX_DOCTYPE_LENGTH = 60_000;
const MAX_PROLOG_LENGTH = 80_000;

const ELEMENT = /<[a-z]/i;
const DOCTYPE = /<!DOCTYPE\s[^<>[\]]{0,500}\[/i;
/** Matches one part of a doctype at a time. Captures the value of an entity, unless the entity has SYSTEM or PUBLIC. */
const DECLARATION =
  /\s+|<!ENTITY\s+([\p{L}\p{N}_.:-]{1,100})\s+(?:"([^"]*)"\s*>|'([^']*)'\s*>|(?:SYSTEM|PUBLIC)\s(?:"[^"]*"|'[^']*'|[^"'>])*>)|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!(?:"[^"]*"|'[^']*'|[^"'>])*>|%[\p{L}\p{N}_.:-]+;/guy;
const PREDEFINED = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);
const REFERENCE = /&([\p{L}\p{N}_.:-]{1,100});/gu;
/** An unclosed CDATA section holds everything that follows. */
const REFERENCE_OUTSIDE_CDATA = /&([\p{L}\p{N}_.:-]{1,100});|<!\[CDATA\[(?:(?!\]\]>)[\s\S])*/gu;

/**
 * Expands the entities that a document declares, and removes their declarations. Expands only plain text, so no entity can
 * contain another, and never reads another file. Limits the number of entities, their size and the text that they add.
 * Leaves all other references as they are.
 */
export function withDeclaredEntities(source: string): string {
  const prolog = source.slice(0, source.search(ELEMENT));
  const doctype = prolog.length <= MAX_PROLOG_LENGTH ? DOCTYPE.exec(prolog) : null;
  if (!doctype) return source;
  const from = doctype.index + doctype[0].length;
  const { values, end } = declarations(source.slice(from, from + MAX_DOCTYPE_LENGTH));
  if (end === undefined) return source;
  const rest = source.slice(from + end);
  return source.slice(0, from) + (values.size > 0 ? expand(rest, values) : rest);
}

/** Returns the values of entities, and the end of the declarations: undefined if they are unclosed or one is unknown. */
function declarations(text: string): { values: Map<string, string>; end: number | undefined } {
  const declared = new Map<string, string>();
  let end = 0;
  for (const { index, 0: all, 1: name, 2: double, 3: single } of text.matchAll(DECLARATION)) {
    end = index + all.length;
    // The first declaration of a name counts.
    if (name !== undefined && !declared.has(name)) declared.set(name, double ?? single ?? EXTERNAL);
  }
  const plain = [...declared].filter(([name, value]) => !PREDEFINED.has(name) && isPlain(value, declared));
  return { values: new Map(plain.slice(0, MAX_ENTITIES)), end: text[end] === ']' ? end : undefined };
}

/** Stands for the value of an external entity. It counts as markup, so it is never expanded. */
const EXTERNAL = '<';

function isPlain(value: string, declared: ReadonlyMap<string, string>): boolean {
  if (value.length > MAX_VALUE_LENGTH || /[<%]/.test(value)) return false;
  return [...value.matchAll(REFERENCE)].every(([, name = '']) => PREDEFINED.has(name) || !declared.has(name));
}

function expand(text: string, values: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  let room = MAX_ADDED_LENGTH;
  let copied = 0;
  for (const { index, 0: written, 1: name = '' } of text.matchAll(REFERENCE_OUTSIDE_CDATA)) {
    const value = values.get(name);
    if (value === undefined) continue;
    room -= value.length + 1;
    if (room < 0) break;
    // The reference may be inside an attribute.
    parts.push(text.slice(copied, index), value.replaceAll('"', '&quot;').replaceAll("'", '&#39;'));
    copied = index + written.length;
  }
  return [...parts, text.slice(copied)].join('');
}
