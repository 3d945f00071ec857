import type { Entry } from './parse.ts';

/** UTF-16 units. An email subject has room for 99, including the topic's name. */
const MAX_HEADLINE = 120;
/** UTF-16 units. Shorter sentences, such as "Breaking!", do not say what happened. */
const MIN_SENTENCES_LENGTH = 25;
const HAS_WORD = /[\p{L}\p{N}]/u;
/** Titles that programs write for entries without one. */
const PLACEHOLDER =
  /^[^\p{L}\p{N}]*(?:untitled|no title|null|undefined|ohne titel|sans titre|sin título|sem título|senza titolo|без названия|無題|无标题)[^\p{L}\p{N}]*$/iu;
const ADDRESS = /(?:https?:\/\/|www\.)\S+/giu;

let sentences: Intl.Segmenter | undefined;

/**
 * Returns an entry's title, or the beginning of its text if it has no title: whole sentences of at most 120 characters, or
 * words and an ellipsis. Ignores a title of punctuation alone, an address, or "Untitled" if there is a text. Returns ''
 * for an entry with neither title nor text.
 */
export function headlineOf({
  title,
  summary,
  content,
}: Pick<Entry, 'title' | 'summary' | 'content'>): string {
  const ownTitle = withoutAddresses(title);
  if (HAS_WORD.test(ownTitle) && !PLACEHOLDER.test(title)) return title;
  const text = [summary, content].map(withoutAddresses).find((candidate) => HAS_WORD.test(candidate));
  if (text === undefined) return title || beginningOf(summary || content);
  return text === ownTitle ? title : beginningOf(text);
}

function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, '').replace(/ {2,}/g, ' ').trim();
}

function beginningOf(text: string): string {
  if (text.length <= MAX_HEADLINE) return text;
  sentences ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  // Sentences that fit end well before this. The segmenter has to see where the next one begins.
  const reach = text.slice(0, MAX_HEADLINE * 2);
  let end = 0;
  for (const { index, segment } of sentences.segment(reach)) {
    const next = index + segment.trimEnd().length;
    if (next > MAX_HEADLINE) break;
    end = next;
  }
  if (end >= MIN_SENTENCES_LENGTH) return text.slice(0, end);
  // Never splits a surrogate pair.
  const cut = text.slice(0, MAX_HEADLINE - 1).replace(/[\ud800-\udbff]$/, '');
  const space = cut.lastIndexOf(' ');
  const whole = space > cut.length / 2 ? cut.slice(0, space) : cut;
  return `${whole.trimEnd()}…`;
}
