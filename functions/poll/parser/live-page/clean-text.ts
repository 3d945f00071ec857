import { MAX_TEXT_LENGTH } from '../limits.ts';
import type { Render } from '../text/element-text.ts';
import { decodeEntities, withoutControls } from '../text/entities.ts';
import { isMarkup } from '../text/markup.ts';
import { type PlainTextOptions, withoutDoubleEscapes } from '../text/plain-text.ts';
import { Markup, type SchemaText } from './schema-node.ts';

/** How often a text may have been escaped in vain. */
const MAX_ESCAPES = 3;
const ESCAPED_TAG = /&(?:amp;)*(?:lt|#0*60|#x0*3c);/i;
/** Tags that are left after the HTML around them is gone. A text about HTML rarely has these. */
const LEFT_TAG = /<\/(?:p|div|a|span|strong|em|li|ul|h[1-6]|blockquote)>|<br\s{0,5}\/?>/i;

/**
 * Returns a text of a page as plain text in one line, without HTML, even if the HTML was escaped once or twice. Reads at
 * most MAX_TEXT_LENGTH characters.
 */
export function cleanText(text: SchemaText, render: Render, options: PlainTextOptions = {}): string {
  const isHtml = text instanceof Markup;
  let source = withoutControls((isHtml ? text.html : text).slice(0, MAX_TEXT_LENGTH));
  for (let n = 0; n < MAX_ESCAPES && !source.includes('<') && ESCAPED_TAG.test(source); n++) {
    const decoded = decodeEntities(source);
    if (!isMarkup(decoded, true)) break;
    source = decoded;
  }
  let plain = render(source, isHtml ? { type: 'html' } : options);
  if (LEFT_TAG.test(plain)) plain = render(plain, {});
  for (let n = 0; n < MAX_ESCAPES && plain.includes('&'); n++) {
    const decoded = withoutDoubleEscapes(plain);
    if (decoded === plain) break;
    plain = render(decoded, { literal: true });
  }
  return plain;
}

/** UTF-16 units. */
const MAX_SENTENCE = 200;
/** Characters that show where the first sentence ends. */
const REACH = 600;
/** Abbreviations, after which a sentence goes on. */
const ABBREVIATION =
  /(?:^|[\s("“‘'])(?:\p{Lu}|Mrs?|Ms|Drs?|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Jr|Sr|No|vs|Inc|Ltd|Co|bzw|z\.\s?B|ca|Nr|Hr|Fr|Sra?|M(?:me|lle)?)\.$/u;

let sentences: Intl.Segmenter | undefined;

/** Returns the first sentence of a plain text, cut to 200 characters at the end of a word. */
export function firstSentence(text: string): string {
  sentences ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  const start = text.slice(0, REACH);
  let end = 0;
  for (const { index, segment } of sentences.segment(start)) {
    end = index + segment.trimEnd().length;
    if (end > MAX_SENTENCE || !ABBREVIATION.test(start.slice(Math.max(0, end - 10), end))) break;
  }
  if (end <= MAX_SENTENCE) return start.slice(0, end);
  // Never splits a surrogate pair.
  const cut = start.slice(0, MAX_SENTENCE - 1).replace(/[\ud800-\udbff]$/, '');
  const space = cut.lastIndexOf(' ');
  return `${(space > cut.length / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:–—-]+$/, '')}…`;
}
