import type { Entry } from './parse.ts';

/** UTF-16 units. The subject of an email has 99, with the topic's name before it. */
const MAX_HEADLINE = 120;
/** Shorter sentences, such as "Breaking!", do not say what happened. */
const MIN_SENTENCES = 25;
const HAS_WORD = /[\p{L}\p{N}]/u;
/** Programs write these where there is no title. */
const PLACEHOLDER =
  /^[^\p{L}\p{N}]*(?:untitled|no title|null|undefined|ohne titel|sans titre|sin título|sem título|senza titolo|без названия|無題|无标题)[^\p{L}\p{N}]*$/iu;
const ADDRESS = /(?:https?:\/\/|www\.)\S+/giu;

let sentences: Intl.Segmenter | undefined;

/**
 * Returns an entry's title; of a post without one, the beginning of its text: whole sentences of at most 120 characters, or
 * words and an ellipsis. A title of signs alone, an address, or "Untitled" gives way to a text. Empty where there is
 * neither title nor text.
 */
export function headlineOf({
  title,
  summary,
  content,
}: Pick<Entry, 'title' | 'summary' | 'content'>): string {
  const own = PLACEHOLDER.test(title) ? '' : title;
  const text = [own, summary, content].map(withoutAddresses).find((one) => HAS_WORD.test(one));
  if (text === undefined) return title || beginningOf(summary || content);
  return text === withoutAddresses(title) ? title : beginningOf(text);
}

function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, '').replace(/ {2,}/g, ' ').trim();
}

function beginningOf(text: string): string {
  if (text.length <= MAX_HEADLINE) return text;
  sentences ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  // No sentence that fits reaches further; the one after it must be seen to begin.
  const reach = text.slice(0, MAX_HEADLINE * 2);
  let end = 0;
  for (const { index, segment } of sentences.segment(reach)) {
    const next = index + segment.trimEnd().length;
    if (next > MAX_HEADLINE) break;
    end = next;
  }
  if (end >= MIN_SENTENCES) return text.slice(0, end);
  // Never inside a character that takes two units.
  const cut = text.slice(0, MAX_HEADLINE - 1).replace(/[\ud800-\udbff]$/, '');
  const space = cut.lastIndexOf(' ');
  const whole = space > cut.length / 2 ? cut.slice(0, space) : cut;
  return `${whole.trimEnd()}…`;
}
