import { decodeHTML, decodeHTMLStrict } from 'entities/decode';

/** Decodes the entities of XML and HTML once. */
export function decodeEntities(text: string): string {
  return text.includes('&') ? cleanIfNumeric(text, decodeHTMLStrict(text)) : text;
}

/** Decodes entities once, as browsers do: the oldest names also without a semicolon. */
export function decodeHtmlEntities(text: string): string {
  return text.includes('&') ? cleanIfNumeric(text, decodeHTML(text)) : text;
}

/** Only numeric references stand for control characters. */
function cleanIfNumeric(text: string, decoded: string): string {
  return text.includes('&#') ? withoutControls(decoded) : decoded;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finds the control characters to remove
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Removes control characters that come from numeric references and JSON escapes. `repairXml` removes those of XML itself. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, '');
}
