import { isObject, type Json } from '../json/parse-json.ts';

/** A thing that schema.org describes, as JSON-LD writes it. Microdata is read into the same form. */
export type SchemaNode = Json;

/** A value that is the content of an HTML element. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** A text of a node: a string, which may contain HTML, or certainly HTML. */
export type SchemaText = string | Markup;

export function isNode(value: unknown): value is SchemaNode {
  return isObject(value) && !(value instanceof Markup);
}

/** Containers of JSON-LD that stand for the values in them. */
const CONTAINERS = ['@value', '@list', '@set', '@graph'];

/**
 * Returns the values of a property in document order, without the lists and containers around them. `names` that follow
 * the first are taken only if the ones before have no value.
 */
export function valuesOf(node: SchemaNode, ...names: readonly string[]): unknown[] {
  for (const name of names) {
    const values: unknown[] = [];
    for (const key of [name, `schema:${name}`, `https://schema.org/${name}`, `http://schema.org/${name}`])
      if (Object.hasOwn(node, key)) addValues(values, node[key]);
    if (values.length > 0) return values;
  }
  return [];
}

/** Recursion is safe, because parsers of JSON and microdata limit the depth. */
function addValues(values: unknown[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const part of value) addValues(values, part);
    return;
  }
  if (isNode(value) && isNumbered(value)) {
    addValues(values, Object.values(value));
    return;
  }
  const container = isNode(value) ? CONTAINERS.find((name) => Object.hasOwn(value, name)) : undefined;
  if (isNode(value) && container) addValues(values, value[container]);
  else if (value !== null && value !== undefined && value !== '') values.push(value);
}

/** Returns whether a node is a list that a program wrote as an object: {"0": …, "2": …}. */
function isNumbered(node: SchemaNode): boolean {
  // Numbers come before all other names.
  for (const key in node) return /^\d+$/.test(key) && !Object.hasOwn(node, '@type');
  return false;
}

/** Returns the texts of a property. Numbers are texts, since some ids and dates are written as numbers. */
export function textsOf(node: SchemaNode, ...names: readonly string[]): SchemaText[] {
  return valuesOf(node, ...names).flatMap((value) => {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' || value instanceof Markup ? value : [];
  });
}

/** Returns the first string of a property, or ''. */
export function stringOf(node: SchemaNode, ...names: readonly string[]): string {
  const [text = ''] = textsOf(node, ...names);
  return typeof text === 'string' ? text.trim() : text.html.trim();
}

/** Returns a node's id as written, or ''. The context of schema.org lets "id" stand for "@id". */
export function idOf(node: SchemaNode): string {
  return stringOf(node, '@id', 'id');
}

/** Returns whether a node has a type of schema.org, in any spelling: with its address, with a prefix, or alone. */
export function hasType(node: SchemaNode, type: string): boolean {
  return textsOf(node, '@type', 'type').some((text) => typeof text === 'string' && nameOf(text) === type);
}

/** Returns the name of a type or a property without its vocabulary. */
export function nameOf(written: string): string {
  return written.slice(0, MAX_NAME).trim().replace(VOCABULARY, '');
}

const MAX_NAME = 200;
const VOCABULARY = /^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/i;

/** Calls `visit` with every node in a value, outer nodes first. */
export function walk(value: unknown, visit: (node: SchemaNode) => void): void {
  if (Array.isArray(value)) {
    for (const part of value) walk(part, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const part of Object.values(value)) walk(part, visit);
  }
}
