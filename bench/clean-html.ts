import { Parser } from 'htmlparser2';
import type { Render } from '../functions/poll/parser/text/element-text.ts';
import { plainText } from '../functions/poll/parser/text/plain-text.ts';

const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'iframe']);
const LEFT_OUT = new Set([...HIDDEN, 'object', 'applet', 'embed', 'meta', 'base', 'link', 'form', 'frame']);
const ADDRESSES = new Set(['href', 'src', 'cite', 'action', 'background', 'longdesc', 'poster', 'data']);

/** The same HTML without what could do harm, its addresses absolute: what other readers of feeds give for a text. */
export const cleanHtml: Render = (html, { base, ...options }) => {
  if (options.literal || options.headline) return escaped(plainText(html, options));
  let clean = '';
  let hidden = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (HIDDEN.has(name)) hidden++;
        if (hidden === 0 && !LEFT_OUT.has(name)) clean += `<${name}${addresses(attributes, base)}>`;
      },
      ontext(text) {
        if (hidden === 0) clean += escaped(text);
      },
      onclosetag(name) {
        if (HIDDEN.has(name)) hidden--;
        else if (hidden === 0 && !LEFT_OUT.has(name)) clean += `</${name}>`;
      },
    },
    { recognizeSelfClosing: true },
  );
  parser.end(html);
  return clean.trim();
};

function addresses(attributes: Readonly<Record<string, string>>, base: string | undefined): string {
  return Object.entries(attributes)
    .filter(([name, value]) => ADDRESSES.has(name) && !/^\s*(javascript|vbscript|data):/i.test(value))
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
