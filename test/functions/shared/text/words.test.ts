import { describe, expect, it } from 'vitest';
import { isUnspacedLetter, lowered, words, wordsOf } from '../../../../functions/shared/text/words.ts';

describe('words', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['— … “”', []],
    ['The Bank of X', ['the', 'bank', 'of', 'x']],
    ['U.S. and AT&T', ['u', 's', 'and', 'at', 't']],
    ['1,000.50', ['1', '000', '50']],
    ['Putin’s', ['putin', 's']],
    ['brain\u00addamaged', ['braindamaged']],
    ['Ost\u200brand, Ost\u2060rand, \ufeffOstrand', ['ostrand', 'ostrand', 'ostrand']],
    ['می\u200cرود', ['می', 'رود']],
    ['\u00ad \u00ada', ['a']],
    ['⚠️ storm ⚠️', ['storm']],
    ['OʼBrien Hawaiʻi', ['o', 'brien', 'hawai', 'i']],
    ['ﬁnland CO₂ 𝐁old', ['finland', 'co2', 'bold']],
    ['100㎞', ['100km']],
    ['10⁶ 2½', ['10⁶', '2½']],
    ['٢٠٢٦ २०२६ ๒๐๒๖ ২০২৬', ['2026', '2026', '2026', '2026']],
    ['الله ﷲ ﻻ', ['الله', 'الله', 'لا']],
    ['ΑΘΉΝΑΣ Σίσυφος', ['αθήνασ', 'σίσυφοσ']],
    ['İzmir I\u0307zmir ISPARTA ısparta', ['izmir', 'izmir', 'isparta', 'ısparta']],
    ['Cafe\u0301 CAFÉ', ['café', 'café']],
    ['ＡＢ１２', ['ab12']],
    ['राष्ट्रपति ने', ['राष्ट्रपति', 'ने']],
    ['오늘 선거', ['오늘', '선거']],
  ])('%j gives %j', (text, expected) => {
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
    ['ﾄﾗﾝﾌﾟ', ['ト', 'ラ', 'ン', 'プ']],
    ['㍿', ['株', '式', '会', '社']],
  ])('are single letters in scripts without spaces: %s', (text, expected) => {
    expect(words(text)).toEqual(expected);
    expect(words(text).filter(isUnspacedLetter)).toEqual(expected.filter((word) => /[^a-z0-9]/.test(word)));
  });

  it('have their position and their written form', () => {
    const text = 'İ “U.S.” cafe\u0301, 東京A';
    for (const { raw, start, end } of wordsOf(text))
      expect(text.slice(start, end).normalize('NFC')).toBe(raw);
    expect(wordsOf(text).map(({ raw }) => raw)).toEqual(['İ', 'U', 'S', 'café', '東', '京', 'A']);
  });

  it('do not change when split again, for every character of Unicode', () => {
    const broken: string[] = [];
    for (let code = 0; code <= 0x1ffff; code++) {
      const character = String.fromCodePoint(code);
      const isSame = words(character).every((word) => lowered(word) === word && words(word).join() === word);
      if (!isSame) broken.push(code.toString(16));
    }
    expect(broken).toEqual([]);
  });
});
