import { describe, expect, it } from 'vitest';
import { folded } from '../../../../functions/shared/text/folded.ts';
import { words } from '../../../../functions/shared/text/words.ts';

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
  ])('%s is %s', (word, plain) => {
    expect(folded(word)).toBe(plain);
  });

  it.each(['हिन्दी', 'ที่', 'が', '한국', 'বাংলা'])('leaves %s as it is, whose marks are vowels', (word) => {
    expect(folded(word)).toBe(word);
  });

  it('leaves a word of every word, and nothing more to fold', () => {
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
