import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  countWord,
  decideLanguage,
  languageOf,
  MAX_LANGUAGE_WORDS,
  newLanguageCounts,
  primaryLanguage,
} from '../../../../functions/match/text/language.ts';
import { functionWords } from '../../../../functions/shared/text/function-words.ts';
import { wordsOf } from '../../../../functions/shared/text/words.ts';
import { OWN_HEADLINES } from '../own-headlines.ts';

const of = (title: string, language?: string) =>
  languageOf({ title, summary: '', content: '', ...(language === undefined ? {} : { language }) });

describe('the language of an item', () => {
  it.each([
    ['en', 'The mayor of Kessel was not at the opening of her bridge'],
    ['de', 'Die Brücke ist nach neun Jahren für den Verkehr frei'],
    ['fr', 'Le pont est ouvert après neuf ans dans la ville'],
    ['es', 'El puente se abre después de nueve años en la ciudad'],
    ['it', 'Il ponte è aperto dopo nove anni nella città'],
    ['pt', 'A ponte não foi aberta em nove anos, diz o prefeito'],
    ['nl', 'De brug is na negen jaar open voor het verkeer'],
    ['sv', 'Bron är öppen efter nio år och det är inte för tidigt'],
    ['no', 'Broen er åpen etter ni år, og det er ikke for tidlig'],
    ['da', 'Broen er åben efter ni år, og det er ikke for tidligt'],
    ['fi', 'Silta on auki, mutta se ei ole vielä valmis'],
    ['hu', 'A híd nyitva van, de nem szerint mindenki és még ma'],
    ['ro', 'Podul este deschis după nouă ani și nu mai pentru mașini'],
    ['pl', 'Most jest otwarty po dziewięciu latach, ale nie dla aut'],
    ['tr', 'Köprü dokuz yıl sonra açıldı, ama bu için çok geç'],
    ['ru', 'Мост открыт после девяти лет, но не для всех'],
    ['uk', 'Міст відкрито після дев’яти років, але не для всіх, що є'],
    ['bg', 'Мостът е отворен след девет години, но не за всички'],
    ['id', 'Jembatan itu dibuka setelah sembilan tahun dan tidak untuk mobil'],
    ['cs', 'Most je otevřen po devíti letech, ale není pro auta'],
    ['el', 'Η γέφυρα άνοιξε μετά από εννέα χρόνια'],
    ['he', 'הגשר נפתח אחרי תשע שנים'],
    ['ar', 'الجسر مفتوح بعد تسع سنوات في المدينة'],
    ['fa', 'پل پس از نه سال باز شد و این برای شهر است'],
    ['th', 'สะพานเปิดหลังเก้าปี'],
    ['ko', '다리가 구 년 만에 열렸다'],
    ['ja', '橋が九年ぶりに開通した'],
    ['zh', '大桥九年后通车'],
  ])('is %s: %s', (language, title) => {
    expect(of(title)).toBe(language);
    expect(of(title, 'en-us')).toBe(language);
    expect(of(title, `${language}-xx`)).toBe(language);
  });

  it('is the declared one if the words are too few, and unknown if none is declared', () => {
    expect(of('Kessel 12')).toBeUndefined();
    expect(of('Kessel 12', 'PT-BR')).toBe('pt');
    expect(of('Kessel 12', 'nb')).toBe('no');
    expect(of('')).toBeUndefined();
    expect(of('La La Land', 'en')).toBe('en');
    expect(of('', 'constructor')).toBe('constructor');
  });

  it('is the declared one among languages that share their words or script', () => {
    expect(of('Most je otvoren nakon devet godina i nije za sve', 'hr')).toBe('hr');
    expect(of('मराठी बातम्या', 'mr')).toBe('mr');
    expect(of('বাংলা', 'en')).toBe('bn');
  });

  it('depends on the first words of title, summary and content', () => {
    const german = 'das ist nicht und wird auch nicht '.repeat(3);
    const english = 'this is the end of it and that was not for you '.repeat(40);
    expect(languageOf({ title: '', summary: german, content: '' })).toBe('de');
    expect(languageOf({ title: 'Kessel', summary: '', content: german })).toBe('de');
    expect(languageOf({ title: english, summary: german, content: german.repeat(90) })).toBe('en');
  });

  it('can be counted word by word', () => {
    const counts = newLanguageCounts();
    const text = `${'und das ist nicht '.repeat(30)} ${'the and of for '.repeat(900)}`;
    for (const { text: word } of wordsOf(text))
      countWord(counts, functionWords.get(word), word.charCodeAt(0));
    expect(counts.words).toBe(MAX_LANGUAGE_WORDS);
    expect(decideLanguage(counts)).toBe('de');
    expect(decideLanguage(counts)).toBe(of(text));
  });

  it('has one code', () => {
    expect(['pt-BR', 'zh_Hans', 'nn-NO', 'iw', 'EN'].map(primaryLanguage)).toEqual([
      'pt',
      'zh',
      'no',
      'he',
      'en',
    ]);
  });
});

const headlines = join(
  import.meta.dirname,
  '../../../../../shared/data/multilingual/babel-briefings/sample_articles.json',
);

interface Article {
  readonly title: string;
  readonly description: string | null;
  readonly language: string;
}

describe.each([
  { name: 'of our own', isThere: true, count: 14, articles: (): readonly Article[] => OWN_HEADLINES },
  {
    name: 'of 30 languages (skipped without ../shared)',
    isThere: existsSync(headlines),
    count: 100,
    articles: () => JSON.parse(readFileSync(headlines, 'utf8')) as Article[],
  },
])('headlines $name', ({ isThere, count, articles }) => {
  const results = (declared: (article: Article) => string | undefined) =>
    articles().map((article) => {
      const language = declared(article);
      const texts = { title: article.title, summary: article.description ?? '', content: '' };
      const found = languageOf({ ...texts, ...(language === undefined ? {} : { language }) });
      return {
        isRight: found === article.language,
        isWrong: found !== undefined && found !== article.language,
      };
    });

  it.runIf(isThere)(
    'are recognised nine times out of ten without a declared language, and rarely wrongly',
    () => {
      const found = results(() => undefined);
      expect(found.length).toBeGreaterThanOrEqual(count);
      expect(found.filter(({ isRight }) => isRight).length).toBeGreaterThan(found.length * 0.88);
      expect(found.filter(({ isWrong }) => isWrong).length).toBeLessThan(found.length * 0.02);
    },
  );

  it.runIf(isThere)('are recognised with the declared language, and mostly even if that is wrong', () => {
    expect(results(({ language }) => language).filter(({ isRight }) => !isRight)).toEqual([]);
    const misled = results(() => 'en');
    expect(misled.filter(({ isRight }) => isRight).length).toBeGreaterThan(misled.length * 0.8);
  });
});
