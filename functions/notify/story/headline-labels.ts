import { folded } from '../../shared/text/folded.ts';
import { isUnspacedLetter, words } from '../../shared/text/words.ts';

/** Words in the headlines of live pages, whose headline stays while the text below grows. */
const LIVE_WORDS = new Set(
  `live liveblog liveticker ticker updates tracker vivo envivo direct direto diretta canli zywo онлайн наживо
  трансляция مباشر`.split(/\s+/),
);

/** Label words: a part of a headline made up of these alone says nothing about the news. */
const LABEL_WORDS = new Set(
  `update updates updated updating live latest breaking just in news now developing exclusive corrected correction
  refile wrapup as it happened happens blog liveblog coverage follow watch listen read see video videos audio radio
  podcast text photos pictures gallery clips highlights reaction reactions analysis and of on with plus more minute by
  monday tuesday wednesday thursday friday saturday sunday am pm gmt utc et
  direct en vivo envivo minuto a ultima hora ao diretta atualizado actualizado aggiornato mis jour dernieres infos
  eilmeldung liveticker ticker eil aktualisiert aktuell spoed laatste nieuws siste nytt senaste seneste
  pilne na zywo zive son dakika canli срочно молния онлайн обновлено эфир терминово наживо عاجل مباشر تحديث`.split(
    /\s+/,
  ),
);
/** Label characters of scripts without spaces, which are compared character by character. */
const LABEL_CHARACTERS = new Set('速報更新中実況直播快讯訊突发發即時时实独獨家動画ライブ');

/** Returns whether a word is a label or starts with a digit. */
export function isLabel(word: string): boolean {
  return (
    LABEL_WORDS.has(folded(word)) ||
    /^\p{N}/u.test(word) ||
    (isUnspacedLetter(word) && LABEL_CHARACTERS.has(word))
  );
}

/** Returns whether a headline marks live coverage. */
export function isLive(headline: string): boolean {
  return (
    words(headline).some((word) => LIVE_WORDS.has(folded(word))) ||
    /直播|速報|中継|ライブ|实时|實時/.test(headline)
  );
}
