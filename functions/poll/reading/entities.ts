import { decodeHTML, decodeHTMLStrict } from 'entities/decode';

/** Entities once: XML's and HTML's. Those that a document declares itself are never expanded, and stay as written. */
export function resolved(text: string): string {
  return text.includes('&') ? decodeHTMLStrict(text) : text;
}

/** As browsers do it: the oldest names without their semicolon too. */
export function decodedHtml(text: string): string {
  return text.includes('&') ? decodeHTML(text) : text;
}
