import { Parser } from 'htmlparser2';
import type { Render } from '../functions/poll/parser/text/element-text.ts';
import { HIDDEN_ELEMENTS } from '../functions/poll/parser/text/markup.ts';
import { plainText } from '../functions/poll/parser/text/plain-text.ts';

const REMOVED_ELEMENTS = new Set([
  ...HIDDEN_ELEMENTS,
  ...['object', 'applet', 'embed', 'meta', 'base', 'link', 'form', 'frame'],
]);
const URL_ATTRIBUTES = new Set(['href', 'src', 'cite', 'action', 'background', 'longdesc', 'poster', 'data']);

/** Returns the HTML without harmful elements and with absolute addresses, as other feed parsers do. */
export const cleanHtml: Render = (html, { base, ...options }) => {
  if (options.literal || options.headline) return escaped(plainText(html, options));
  let clean = '';
  let hidden = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (HIDDEN_ELEMENTS.has(name)) hidden++;
        if (hidden === 0 && !REMOVED_ELEMENTS.has(name))
          clean += `<${name}${urlAttributes(attributes, base)}>`;
      },
      ontext(text) {
        if (hidden === 0) clean += escaped(text);
      },
      onclosetag(name) {
        if (HIDDEN_ELEMENTS.has(name)) hidden--;
        else if (hidden === 0 && !REMOVED_ELEMENTS.has(name)) clean += `</${name}>`;
      },
    },
    { recognizeSelfClosing: true },
  );
  parser.end(html);
  return clean.trim();
};

function urlAttributes(attributes: Readonly<Record<string, string>>, base: string | undefined): string {
  return Object.entries(attributes)
    .filter(([name, value]) => URL_ATTRIBUTES.has(name) && !/^\s*(javascript|vbscript|data):/i.test(value))
    .map(([name, value]) => ` ${name}="${escaped(resolved(value, base))}"`)
    .join('');
}

function resolved(address: string, base: string | undefined): string {
  return URL.canParse(address, base) ? decodeURI(new URL(address, base).href) : address;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
