import { FUNCTION_WORD_LANGUAGES, functionWords } from '../../shared/text/function-words.ts';
import { wordsOf } from '../../shared/text/words.ts';

export { functionWords } from '../../shared/text/function-words.ts';

/**
 * The language of an item: as its words tell where they do so clearly, else as its feed says, which is often of the
 * site and not of the article.
 */

/** How many words of an item are looked at: of its title first, its summary, its content. */
export const MAX_LANGUAGE_WORDS = 100;

/** By the first letter of a word, the language that its script tells. */
const SCRIPTS: readonly { readonly from: number; readonly to: number; readonly language: string }[] = [
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
  SCRIPTS.findIndex(({ language }) => language === name),
);

/** What has been noted of an item's words. */
export interface LanguageCounts {
  words: number;
  /** Those whose script tells something. */
  scripted: number;
  readonly byLanguage: Uint8Array;
  readonly byScript: Uint8Array;
}

export function newLanguageCounts(): LanguageCounts {
  return {
    words: 0,
    scripted: 0,
    byLanguage: new Uint8Array(FUNCTION_WORD_LANGUAGES.length),
    byScript: new Uint8Array(SCRIPTS.length),
  };
}

/** Notes the next word of an item: what `functionWords` has for it, if anything, and its first code unit. */
export function countWord(traces: LanguageCounts, bits: number | undefined, first: number): void {
  if (traces.words === MAX_LANGUAGE_WORDS) return;
  traces.words++;
  for (let left = bits ?? 0; left !== 0; left &= left - 1) {
    const language = 31 - Math.clz32(left & -left);
    traces.byLanguage[language] = (traces.byLanguage[language] ?? 0) + 1;
  }
  if (first < MIN_SCRIPT_UNIT) return;
  const script = SCRIPTS.findIndex(({ from, to }) => first >= from && first <= to);
  if (script < 0) return;
  traces.scripted++;
  traces.byScript[script] = (traces.byScript[script] ?? 0) + 1;
}

const MIN_SCRIPT_UNIT = 0x370;

/** The language that the traces tell clearly; else the declared one, if any. */
export function decideLanguage(traces: LanguageCounts, declared?: string): string | undefined {
  const tag = declared === undefined ? undefined : primaryLanguage(declared);
  const script = scriptOf(traces);
  if (script !== undefined && script !== 'cyrillic' && script !== 'ar') {
    return tag !== undefined && LANGUAGES_OF_SCRIPT[script]?.includes(tag) ? tag : script;
  }
  const isPossible =
    tag !== undefined && (script === undefined || (LANGUAGES_OF_SCRIPT[script]?.includes(tag) ?? false));
  return (
    languageByWords(traces, isPossible ? tag : undefined, script) ??
    (isPossible ? tag : script === 'ar' ? 'ar' : undefined)
  );
}

/** Languages of one script, of which it tells the most common one, or none. */
const LANGUAGES_OF_SCRIPT: Readonly<Record<string, readonly string[]>> = {
  ar: ['ar', 'fa', 'ur', 'ps', 'ckb', 'sd', 'ug'],
  cyrillic: ['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk', 'ky', 'mn', 'tg', 'uz', 'bs'],
  he: ['yi'],
  hi: ['mr', 'ne', 'sa'],
  bn: ['as'],
  zh: ['ja', 'yue'],
};

/** Languages whose words are mostly those of one that is told. */
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

/** Words that show a language: fewer are names, or quotations. */
const MIN_WORDS = 2;
/** To contradict what a feed says takes more, and several times as many as there are of what it says. */
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
  // Few languages share such a script, so that one word tells.
  const enough = script === undefined ? MIN_WORDS : 1;
  if (declared === undefined) return best >= enough && best > second ? language : undefined;
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

/** The script of most of the words. */
function scriptOf({ byScript, words, scripted }: LanguageCounts): string | undefined {
  if (scripted * 2 <= words) return undefined;
  const [kana = 0, han = 0] = [byScript[JAPANESE ?? -1], byScript[CHINESE ?? -1]];
  // Japanese is written in Chinese letters, too; Chinese quotes a の now and then.
  if ((kana + han) * 2 > words) return kana * 10 >= kana + han ? 'ja' : 'zh';
  const most = byScript.findIndex((count) => count * 2 > words);
  return SCRIPTS[most]?.language;
}

/** "pt" of "pt-br"; what has several names has one here. */
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

/** The language of an item. */
export function languageOf(item: {
  readonly title: string;
  readonly summary: string;
  readonly content: string;
  readonly language?: string;
}): string | undefined {
  const traces = newLanguageCounts();
  for (const text of [item.title, item.summary, item.content]) {
    if (traces.words === MAX_LANGUAGE_WORDS) break;
    for (const word of wordsOf(text, MAX_LANGUAGE_WORDS))
      countWord(traces, functionWords.get(word.text), word.text.charCodeAt(0));
  }
  return decideLanguage(traces, item.language);
}
