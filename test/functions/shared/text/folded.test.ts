import { describe, expect, it } from 'vitest';
import { folded, hasDiacritics, marked } from '../../../../functions/shared/text/folded.ts';
import { words } from '../../../../functions/shared/text/words.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { sized } from '../../../helpers/size.ts';

describe('folded', () => {
  it.each([
    ['cafe', 'cafe'],
    ['café', 'cafe'],
    ['ṩ', 's'],
    ['łódź', 'lodz'],
    ['ıspartalı', 'ispartali'],
    ['đorđević', 'dordevic'],
    ['αθήνα', 'αθηνα'],
    ['королёв', 'королев'],
    ['чайка', 'чайка'],
    ['україна', 'україна'],
    ['أحمد', 'احمد'],
    ['القاهرة', 'القاهره'],
    ['مصطفى', 'مصطفي'],
    ['مُحَمَّد', 'محمد'],
    ['محـمد', 'محمد'],
    ['שָׁלוֹם', 'שלום'],
    ['straße', 'strasse'],
    ['œuvre', 'oeuvre'],
    ['þór', 'thor'],
    ['ایران', 'ايران'],
    ['کتاب', 'كتاب'],
    ['خانۀ', 'خانه'],
    ['हिन्दी', 'हिंदी'],
    ['चाँद', 'चांद'],
    ['ज़िला', 'जिला'],
  ])('%s gives %s', (word, plain) => {
    expect(folded(word)).toBe(plain);
  });

  it.each(['राष्ट्रपति', 'ที่', 'が', '한국', 'বাংলা'])('does not change %s, whose marks are vowels', (word) => {
    expect(folded(word)).toBe(word);
  });

  it('gives the same result letter by letter as for the whole word', () => {
    const letters = Array.from({ length: 0xd800 }, (_, unit) => String.fromCharCode(unit)).filter(
      (letter) =>
        /\p{L}/u.test(letter) && letter.toLowerCase() === letter && letter.normalize('NFC') === letter,
    );
    const random = seededRandom(1);
    const some = ['\u0301', '\u0308', '\u0327', 'o', 'a', 'e', 'y', 's'];
    for (let n = 0; n < sized(10_000, 100_000); n++) {
      const others = Array.from({ length: 3 }, () => random.pick(random.chance(0.3) ? some : letters)).join(
        '',
      );
      const word = `x${others}`.normalize('NFC');
      // A Thai letter does not change, but keeps a word from being read letter by letter.
      expect(`${folded(word)}ก`).toBe(folded(`${word}ก`));
      if (!/[aey]$/.test(word)) expect(`${marked(word)}ก`).toBe(marked(`${word}ก`));
    }
    for (const vowel of 'òóõỏọùúũủụ')
      for (const next of 'aey') expect(marked(`h${vowel}${next}`)).not.toBe(`h${vowel}${next}`);
  });

  it('takes linear time for a word with many marks', async () => {
    const marks = `a${'\u0301\u0323'.repeat(10_000)}`;
    await takesLessThan(2_000, () => {
      for (let n = 0; n < 20; n++) [folded(marks), marked(marks), words(marks)];
    });
  });

  it('gives a word that is not empty and does not fold further, for every character of Unicode', () => {
    const broken: string[] = [];
    for (let code = 0; code <= 0x1ffff; code++) {
      for (const word of words(String.fromCodePoint(code))) {
        const plain = folded(word);
        if (plain === '' || plain !== plain.normalize('NFC') || folded(plain) !== plain) broken.push(word);
      }
    }
    expect(broken).toEqual([]);
  });
});

describe('marked', () => {
  it.each([
    ['timişoara', 'timișoara'],
    ['hòa', 'hoà'],
    ['khỏe', 'khoẻ'],
    ['thủy', 'thuỷ'],
    ['ðà', 'đà'],
    ['cafe\u0301', 'café'],
  ])('gives %s and %s the same spelling, with diacritics', (one, other) => {
    expect(marked(one)).toBe(marked(other));
    expect(hasDiacritics(one)).toBe(true);
  });

  it.each([
    'ресурс',
    'королёв',
    'за\u0301мок',
    'чайка',
    'україна',
    'straße',
    'ısparta',
    'مَاء',
    'שָׁלוֹם',
    'हिन्दी',
  ])('finds no significant diacritic in %s', (word) => {
    expect(hasDiacritics(word)).toBe(false);
    expect(marked(word)).toBe(folded(word));
  });

  it.each(['café', 'müller', 'año', 'erdoğan', 'αθήνα', 'søn', 'ѓорѓи'])(
    'keeps the diacritics of %s',
    (word) => {
      expect(marked(word)).not.toBe(folded(word));
    },
  );
});
