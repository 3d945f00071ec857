export interface XmlRecord {
  readonly [name: string]: XmlValue | undefined;
}

/** Text, a list (`<member>`), a map (`<entry>`), or a structure: all that an answer of the Query protocol holds. */
export type XmlValue = string | readonly XmlValue[] | ReadonlyMap<string, string> | XmlRecord;

/** Renders a structure's fields, in their order; absent ones are left out. */
export function toXml(value: XmlValue): string {
  if (typeof value === 'string') return escapeXml(value);
  if (value instanceof Map) {
    return Array.from(value, ([key, text]) => element('entry', { key, value: text })).join('');
  }
  if (Array.isArray(value)) return value.map((member: XmlValue) => element('member', member)).join('');
  return Object.entries(value)
    .map(([name, field]) => (field === undefined ? '' : element(name, field)))
    .join('');
}

const element = (name: string, value: XmlValue): string => `<${name}>${toXml(value)}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A bare carriage return would be read as a line feed.
  '\r': '&#xD;',
};

// XML 1.0 has no way at all to write most control characters, not even as an entity: one of them in an address or
// an error text would make the whole answer unreadable.
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

export function escapeXml(text: string): string {
  return text
    .replace(NOT_XML, '\uFFFD')
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
