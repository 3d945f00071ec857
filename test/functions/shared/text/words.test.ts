import { describe, expect, it } from 'vitest';
import { isAlone, lowered, words, wordsOf } from '../../../../functions/shared/text/words.ts';

describe('words', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['— … “”', []],
    ['The Bank of X', ['the', 'bank', 'of', 'x']],
    ['U.S. and AT&T', ['u', 's', 'and', 'at', 't']],
    ['1,000.50', ['1', '000', '50']],
    ['Putin’s', ['putin', 's']],
    ['brain\u00addamaged', ['brain', 'damaged']],
    ['\u00ad \u00ada', ['a']],
    ['ΑΘΉΝΑΣ Σίσυφος', ['αθήνασ', 'σίσυφοσ']],
    ['İzmir I\u0307zmir ISPARTA ısparta', ['izmir', 'izmir', 'isparta', 'ısparta']],
    ['Cafe\u0301 CAFÉ', ['café', 'café']],
    ['ＡＢ１２', ['ab12']],
    ['राष्ट्रपति ने', ['राष्ट्रपति', 'ने']],
    ['오늘 선거', ['오늘', '선거']],
  ])('of %j are %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['東京都', ['東', '京', '都']],
    ['「東京」・大阪', ['東', '京', '大', '阪']],
    ['が か\u3099', ['が', 'が']],
    ['サッカー', ['サ', 'ッ', 'カ', 'ー']],
    ['第5回G7会議', ['第', '5', '回', 'g7', '会', '議']],
    ['ที่กรุง', ['ที่', 'ก', 'รุ', 'ง']],
    ['ພາສາ', ['ພ', 'າ', 'ສ', 'າ']],
    ['𠮷野', ['𠮷', '野']],
    ['東\u00ad京', ['東', '京']],
  ])('of %s, in a script without spaces, are its letters', (text, expected) => {
    expect(words(text)).toEqual(expected);
    expect(words(text).filter(isAlone)).toEqual(expected.filter((word) => /[^a-z0-9]/.test(word)));
  });

  it('say where they stand, and how', () => {
    const text = 'İ “U.S.” cafe\u0301, 東京A';
    for (const { raw, start, end } of wordsOf(text)) expect(text.slice(start, end)).toBe(raw);
    expect(wordsOf(text).map(({ raw }) => raw)).toEqual(['İ', 'U', 'S', 'cafe\u0301', '東', '京', 'A']);
  });

  it('are words as they were, whatever letter of Unicode is lowered', () => {
    const broken: string[] = [];
    for (let code = 0; code <= 0x1ffff; code++) {
      const character = String.fromCodePoint(code);
      const found = words(character);
      const isSame =
        found.length <= 1 && found.every((word) => lowered(word) === word && words(word)[0] === word);
      if (!isSame) broken.push(code.toString(16));
    }
    expect(broken).toEqual([]);
  });
});
