import { decodeHTML, decodeHTMLStrict } from 'entities/decode';

/** Entities once: XML’s and HTML’s. */
export function decodeEntities(text: string): string {
  return text.includes('&') ? withoutControls(decodeHTMLStrict(text)) : text;
}

/** As browsers do it: the oldest names without their semicolon too. */
export function decodeHtmlEntities(text: string): string {
  return text.includes('&') ? withoutControls(decodeHTML(text)) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are no text
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Of numbers of characters, and of JSON's escapes: those of XML itself are gone before. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '');
}
