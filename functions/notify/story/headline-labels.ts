import { folded } from '../../shared/text/folded.ts';
import { isUnspacedLetter, words } from '../../shared/text/words.ts';

/** Of headlines that stay while what is below them goes on. */
const LIVE_WORDS = new Set(
  `live liveblog liveticker ticker updates tracker vivo envivo direct direto diretta canli zywo онлайн наживо
  трансляция مباشر`.split(/\s+/),
);

/** Words that say how something is told rather than what, where a part of a headline has no others. */
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
/** Of scripts without spaces, letter by letter, as they are compared. */
const LABEL_CHARACTERS = new Set('速報更新中実況直播快讯訊突发發即時时实独獨家動画ライブ');

export function isLabel(word: string): boolean {
  return (
    LABEL_WORDS.has(folded(word)) ||
    /^\p{N}/u.test(word) ||
    (isUnspacedLetter(word) && LABEL_CHARACTERS.has(word))
  );
}

/** Whether a headline says that the news is told as it happens. */
export function isLive(headline: string): boolean {
  return (
    words(headline).some((word) => LIVE_WORDS.has(folded(word))) ||
    /直播|速報|中継|ライブ|实时|實時/.test(headline)
  );
}
