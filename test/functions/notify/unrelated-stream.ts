import { termsOf } from '../../../functions/shared/text/terms.ts';
import { WordCounts } from '../../../functions/shared/word-counts.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';

/** Everyday words of the news in four languages, most common first. */
const VOCABULARIES: readonly (readonly string[])[] = [
  `says new government after police minister talk year court plan report people city day company health pay monday
   tuesday wednesday thursday friday sunday first two nine hundred open close walk stop start raise call tell stay fail
   council president opens strike market vote law rise bank leader storm bridge school hospital fire trial deal price
   season union team budget river tax station election tower harbour ferry rescue crew worker patient player tunnel
   museum railway farmer teacher driver theatre village island winter summer morning weather record cost jobs energy
   water road train rain snow flood damage toll inquiry charge claim review fund rate growth sale offer match win loss
   goal coach club final league title race tour song film book prize award study science space satellite launch ship
   boat fish forest fog horn lighthouse mayor owner tenant landlord house rent land mine oil gas steel factory plant
   shop food bread milk wheat drought heat wave smoke ash quay north south port`,
  `regierung polizei minister jahr gericht stadt streik brücke hafen fähre feuer schule bahn wahl preis steuer unwetter
   sturm verletzte besatzung gewerkschaft verhandlung urteil prozess haushalt museum theater bürgermeister krankenhaus
   winter sommer energie wasser straße zug regen schnee hochwasser schaden untersuchung vorwurf angebot spiel sieg`,
  `правительство полиция министр год суд город забастовка мост порт паром пожар школа выборы цена налог шторм экипаж
   профсоюз переговоры приговор бюджет музей театр мэр больница зима лето энергия вода дорога поезд дождь снег
   наводнение ущерб расследование обвинение матч победа`,
  `政府 警察 部长 法院 城市 罢工 大桥 港口 渡轮 火灾 学校 选举 价格 税收 风暴 船员 工会 谈判 判决 预算 博物馆 剧院 市长 医院
   冬季 夏季 能源 供水 公路 列车 降雨 降雪 洪水 损失 调查 指控 比赛 胜利`,
].map((words) => words.trim().split(/\s+/));

const SYLLABLES = [
  'bran',
  'dor',
  'fel',
  'gar',
  'hol',
  'jun',
  'kar',
  'mir',
  'nor',
  'pel',
  'ros',
  'tam',
  'vel',
  'zor',
];

/** Returns a made-up name of three syllables. */
export const madeUpName = (random: SeededRandom): string =>
  Array.from({ length: 3 }, () => random.pick(SYLLABLES)).join('');

/**
 * Returns the word counts of a made-up stream of unrelated items, as poll would write them. Everyday words are common, and
 * every item has two names of its own.
 */
export function unrelatedStream(items = 2_000): WordCounts {
  const random = seededRandom(11);
  const counts = new WordCounts();
  for (let n = 0; n < items; n++) {
    const words = random.chance(0.7) ? VOCABULARIES[0] : random.pick(VOCABULARIES);
    countWordsOf(counts, madeUpText(random, words ?? [], 6), madeUpText(random, words ?? [], 20));
  }
  return counts;
}

/** Counts an item's words as poll does. */
export function countWordsOf(counts: WordCounts, ...texts: readonly string[]): void {
  counts.add(new Set(texts.flatMap((text) => termsOf(text).map((term) => term.text))));
}

/** Returns words chosen by Zipf's law, and a name. */
function madeUpText(random: SeededRandom, words: readonly string[], length: number): string {
  const name = madeUpName(random);
  const chosen = Array.from({ length }, () => words[Math.floor(words.length ** random.fraction()) - 1] ?? '');
  const isEnglish = words === VOCABULARIES[0];
  return [name, ...chosen.map((word) => (isEnglish && random.chance(0.5) ? `${word}s` : word))].join(' ');
}

/** The stream's counts, which tests only read. */
export const STREAM_COUNTS = unrelatedStream();
