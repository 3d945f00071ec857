import { escapeMarkup } from '../../functions/shared/markup.ts';

export interface XmlRecord {
  readonly [name: string]: XmlValue | undefined;
}

/** A value in an answer of the AWS Query protocol: text, a list (`<member>`), a map (`<entry>`), or a structure. */
export type XmlValue = string | readonly XmlValue[] | ReadonlyMap<string, string> | XmlRecord;

/** Returns the XML of a structure's fields, in their order. Leaves absent fields out. */
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

// XML 1.0 cannot express most control characters, not even as entities. One of them in an address or an error text would
// make the whole answer unreadable.
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

export function escapeXml(text: string): string {
  // An XML parser reads a bare carriage return as a line feed.
  return escapeMarkup(text.replace(NOT_XML, '\uFFFD')).replaceAll('\r', '&#xD;');
}
