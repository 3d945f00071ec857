import { FUNCTION_WORD_LANGUAGES, functionWords } from '../../shared/text/function-words.ts';
import { wordsOf } from '../../shared/text/words.ts';

/**
 * Decides the language of an item. The words decide if they are clear; otherwise the language that the feed declares
 * is used. Feeds often declare the language of the site and not of the article.
 */

/** Maximum words examined per item, starting with its title, then summary, then content. */
export const MAX_LANGUAGE_WORDS = 100;

/** The language or script of a word, by the range of its first UTF-16 unit. */
const SCRIPT_RANGES: readonly { readonly from: number; readonly to: number; readonly language: string }[] = [
  { from: 0x0370, to: 0x03ff, language: 'el' },
  { from: 0x0400, to: 0x052f, language: 'cyrillic' },
  { from: 0x0530, to: 0x058f, language: 'hy' },
  { from: 0x0590, to: 0x05ff, language: 'he' },
  { from: 0x0600, to: 0x06ff, language: 'ar' },
  { from: 0x0900, to: 0x097f, language: 'hi' },
  { from: 0x0980, to: 0x09ff, language: 'bn' },
  { from: 0x0b80, to: 0x0bff, language: 'ta' },
  { from: 0x0c00, to: 0x0c7f, language: 'te' },
  { from: 0x0e00, to: 0x0e7f, language: 'th' },
  { from: 0x0e80, to: 0x0eff, language: 'lo' },
  { from: 0x1000, to: 0x109f, language: 'my' },
  { from: 0x10a0, to: 0x10ff, language: 'ka' },
  { from: 0x1780, to: 0x17ff, language: 'km' },
  { from: 0x3040, to: 0x30ff, language: 'ja' },
  { from: 0x3400, to: 0x9fff, language: 'zh' },
  { from: 0xac00, to: 0xd7a3, language: 'ko' },
  { from: 0xd840, to: 0xd887, language: 'zh' },
];
const [JAPANESE, CHINESE] = ['ja', 'zh'].map((name) =>
  SCRIPT_RANGES.findIndex(({ language }) => language === name),
);

/** Counts of an item's words by language and script. */
export interface LanguageCounts {
  words: number;
  /** Words in one of the SCRIPT_RANGES. */
  scripted: number;
  readonly byLanguage: Uint8Array;
  readonly byScript: Uint8Array;
}

export function newLanguageCounts(): LanguageCounts {
  return {
    words: 0,
    scripted: 0,
    byLanguage: new Uint8Array(FUNCTION_WORD_LANGUAGES.length),
    byScript: new Uint8Array(SCRIPT_RANGES.length),
  };
}

/**
 * Counts the next word of an item. `bits` are the word's languages in `functionWords`, if any; `first` is its first
 * UTF-16 unit.
 */
export function countWord(counts: LanguageCounts, bits: number | undefined, first: number): void {
  if (counts.words === MAX_LANGUAGE_WORDS) return;
  counts.words++;
  for (let left = bits ?? 0; left !== 0; left &= left - 1) {
    const language = 31 - Math.clz32(left & -left);
    counts.byLanguage[language] = (counts.byLanguage[language] ?? 0) + 1;
  }
  if (first < MIN_SCRIPT_UNIT) return;
  const script = SCRIPT_RANGES.findIndex(({ from, to }) => first >= from && first <= to);
  if (script < 0) return;
  counts.scripted++;
  counts.byScript[script] = (counts.byScript[script] ?? 0) + 1;
}

const MIN_SCRIPT_UNIT = 0x370;

/** Returns the language that the counts show clearly, or else the declared language, if any. */
export function decideLanguage(counts: LanguageCounts, declared?: string): string | undefined {
  const tag = declared === undefined ? undefined : primaryLanguage(declared);
  const script = scriptOf(counts);
  if (script !== undefined && script !== 'cyrillic' && script !== 'ar') {
    return tag !== undefined && LANGUAGES_OF_SCRIPT[script]?.includes(tag) ? tag : script;
  }
  const isPossible =
    tag !== undefined && (script === undefined || (LANGUAGES_OF_SCRIPT[script]?.includes(tag) ?? false));
  return (
    languageByWords(counts, isPossible ? tag : undefined, script) ??
    (isPossible ? tag : script === 'ar' ? 'ar' : undefined)
  );
}

/** Languages that share a script. The script alone indicates its most common language or, for Cyrillic, none. */
const LANGUAGES_OF_SCRIPT: Readonly<Record<string, readonly string[]>> = {
  ar: ['ar', 'fa', 'ur', 'ps', 'ckb', 'sd', 'ug'],
  cyrillic: ['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk', 'ky', 'mn', 'tg', 'uz', 'bs'],
  he: ['yi'],
  hi: ['mr', 'ne', 'sa'],
  bn: ['as'],
  zh: ['ja', 'yue'],
};

/** Languages without function words of their own, and the language whose words they mostly share. */
const RELATED_LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    hr: 'sr',
    bs: 'sr',
    mk: 'bg',
    be: 'ru',
    ms: 'id',
    gl: 'pt',
    ca: 'es',
  }),
);

/** Fewer function words than this may be names or quotations. */
const MIN_WORDS = 2;
/**
 * To override the declared language, another language needs at least this many function words, and at least this many
 * times as many as the declared language.
 */
const MIN_WORDS_AGAINST = 3;
const MIN_RATIO_AGAINST = 2;

function languageByWords(
  { byLanguage }: LanguageCounts,
  declared: string | undefined,
  script: string | undefined,
): string | undefined {
  let best = 0;
  let second = 0;
  let language: string | undefined;
  for (let n = 0; n < byLanguage.length; n++) {
    const count = byLanguage[n] ?? 0;
    if (count > best) {
      second = best;
      best = count;
      language = FUNCTION_WORD_LANGUAGES[n];
    } else if (count > second) second = count;
  }
  // Few languages share such a script, so one word is enough.
  const minWords = script === undefined ? MIN_WORDS : 1;
  if (declared === undefined) return best >= minWords && best > second ? language : undefined;
  const ofDeclared =
    byLanguage[
      (FUNCTION_WORD_LANGUAGES as readonly string[]).indexOf(RELATED_LANGUAGES.get(declared) ?? declared)
    ] ?? 0;
  return best >= MIN_WORDS_AGAINST &&
    best > second &&
    best >= MIN_RATIO_AGAINST * ofDeclared &&
    language !== RELATED_LANGUAGES.get(declared)
    ? language
    : undefined;
}

/** Returns the script of more than half of the words. */
function scriptOf({ byScript, words, scripted }: LanguageCounts): string | undefined {
  if (scripted * 2 <= words) return undefined;
  const [kana = 0, han = 0] = [byScript[JAPANESE ?? -1], byScript[CHINESE ?? -1]];
  // Japanese text contains Chinese characters, and Chinese text sometimes quotes a の.
  if ((kana + han) * 2 > words) return kana * 10 >= kana + han ? 'ja' : 'zh';
  const index = byScript.findIndex((count) => count * 2 > words);
  return SCRIPT_RANGES[index]?.language;
}

/** Returns "pt" for "pt-br", and one code for languages that have several. */
export function primaryLanguage(tag: string): string {
  const primary = tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
  return ALIASES.get(primary) ?? primary;
}

const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    nb: 'no',
    nn: 'no',
    iw: 'he',
    in: 'id',
    sh: 'sr',
    cmn: 'zh',
    fil: 'tl',
  }),
);

/** Returns the language of an item, or undefined if neither its words nor its feed indicate one. */
export function languageOf(item: {
  readonly title: string;
  readonly summary: string;
  readonly content: string;
  readonly context?: string;
  readonly language?: string;
}): string | undefined {
  const counts = newLanguageCounts();
  for (const text of [item.title, item.summary, item.content, item.context ?? '']) {
    if (counts.words === MAX_LANGUAGE_WORDS) break;
    for (const word of wordsOf(text, MAX_LANGUAGE_WORDS))
      countWord(counts, functionWords.get(word.text), word.text.charCodeAt(0));
  }
  return decideLanguage(counts, item.language);
}
