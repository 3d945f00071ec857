import sms from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { renderSms } from '../../../../functions/notify/render/render-sms.ts';
import { toGsm7 } from '../../../../functions/notify/render/to-gsm7.ts';
import { safeText, safeUrl } from '../../../../functions/shared/text/safe-text.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

/** GSM 03.38, copied from the standard, so that the calculator is not the only judge of its own answers. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('\f^{}\\[~]|€');

function sizeOf(text: string): { alphabet: 'GSM-7' | 'UCS-2'; size: number } {
  const characters = [...text];
  if (characters.every((one) => BASIC.has(one) || EXTENSION.has(one))) {
    return {
      alphabet: 'GSM-7',
      size: characters.length + characters.filter((one) => EXTENSION.has(one)).length,
    };
  }
  return { alphabet: 'UCS-2', size: text.length };
}

function expectOnePart(text: string): void {
  const { alphabet, size } = sizeOf(text);
  expect(text.trim(), text).not.toBe('');
  expect(size, text).toBeLessThanOrEqual(alphabet === 'GSM-7' ? 160 : 70);
  expect(text.isWellFormed(), text).toBe(true);
  const judged = new sms.SegmentedMessage(text);
  expect([judged.segmentsCount, judged.encodingName], text).toEqual([1, alphabet]);
}

const link = 'https://courier.example/2026/03/01/kessel-bridge-opens';

describe('renderSms', () => {
  it('uses the 128 characters of the standard', () => {
    // Without ESC, and with the ten of the extension.
    expect(BASIC.size).toBe(127);
    expect(EXTENSION.size).toBe(10);
  });

  it('contains headline and link if they fit', () => {
    const text = renderSms('Bridges: ', 'Kessel bridge opens after nine years', link);
    expect(text).toBe(`Bridges: Kessel bridge opens after nine years\n${link}`);
    expectOnePart(text);
  });

  it('fills all 160 characters', () => {
    const headline = 'x'.repeat(160 - 'Bridges: '.length);
    expect(renderSms('Bridges: ', headline, undefined)).toBe(`Bridges: ${headline}`);
    expect(renderSms('Bridges: ', `${headline}x`, undefined)).toBe(`Bridges: ${headline.slice(3)}...`);
  });

  it('writes typographic symbols in GSM-7', () => {
    const text = renderSms('Bridges: ', '“Kessel’s” bridge – opens… at ½ past\u00a0nine', link);
    expect(text).toBe(`Bridges: "Kessel's" bridge - opens... at 1/2 past nine\n${link}`);
    expectOnePart(text);
  });

  it('composes letters first: their parts would count as separate characters', () => {
    expect(renderSms('', 'Sa\u0303o Toma\u0301s, crie\u0302-t-il', undefined)).toBe('São Tomás, criê-t-il');
    expect(renderSms('', 'cafe\u0301', undefined)).toBe('café');
  });

  it.each([
    [
      'Zażółć gęślą jaźń: most w Kesselu otwarty po dziewięciu latach sporów o śledzie',
      'Zazolc gesla jazn: most w Kesselu otwarty po dziewieciu latach sporow o sledzie',
    ],
    [
      'Şiddetli fırtına İstanbul’da köprüyü kapattı, feribotlar çalışmıyor',
      "Siddetli firtina Istanbul'da köprüyü kapatti, feribotlar calismiyor",
    ],
    [
      'Hőség: a kőröshegyi híd újra nyitva, hűvösebb hétvége jön a tónál',
      'Höség: a köröshegyi hid ujra nyitva, hüvösebb hétvége jön a tonal',
    ],
    [
      'Cầu Kessel mở cửa sau chín năm tranh cãi về cá trích, tàu và hải đăng',
      'Cau Kessel mo cua sau chin nam tranh cai ve ca trich, tàu và hai dang',
    ],
    [
      'Η γέφυρα του Κέσελ άνοιξε μετά από εννέα χρόνια διαφωνιών για τις ρέγγες',
      'H ΓEΦYPA TOY KEΣEΛ ANOIΞE META AΠO ENNEA XPONIA ΔIAΦΩNIΩN ΓIA TIΣ PEΓΓEΣ',
    ],
    ['Œuvre d’art : le pont « ouvert » après 9 ans… ﬁn des querelles n° 5 ™ à Kessel, ça suffit', undefined],
  ])('writes %j in GSM-7 where it would not fit otherwise', (headline, written) => {
    const text = renderSms('Bridges: ', headline, link);
    expectOnePart(text);
    if (written === undefined) return;
    expect(sizeOf(text).alphabet).toBe('GSM-7');
    expect(text).toBe(`Bridges: ${written}\n${link}`);
  });

  it('leaves letters unchanged if everything fits, and scripts that GSM-7 cannot write', () => {
    expect(renderSms('', 'Zażółć gęślą jaźń', undefined)).toBe('Zażółć gęślą jaźń');
    expect(renderSms('', 'Η γέφυρα άνοιξε', undefined)).toBe('Η γέφυρα άνοιξε');
    const cyrillic = renderSms(
      'Łódź: ',
      'Мост открыт после девяти лет споров о сельди, поездах и маяке',
      link,
    );
    expect(cyrillic).toMatch(/^Łódź: Мост/);
    const short = renderSms(
      'Мост: ',
      'Мост открыт после девяти лет споров о сельди',
      'https://courier.example/1',
    );
    expect(short).toBe('Мост: Мост открыт после девяти лет споров...\nhttps://courier.example/1');
    expectOnePart(short);
  });

  it.each([
    ['Heat of 45°C', 'Heat of 45C'],
    ['Heat of 45 °C', 'Heat of 45 C'],
    ['Heat of 45°', 'Heat of 45 deg'],
    ['Heat of 45℃', 'Heat of 45C'],
    ['Bus n° 5', 'Bus no 5'],
    ['ŊORAL 𝜋', 'NGORAL Π'],
    ['🚨 Flood', 'Flood'],
    ['⚠️ Storm', 'Storm'],
    ['Flood 👩‍👩‍👧 again', 'Flood again'],
    ['Flood🌊storm', 'Flood storm'],
    ['Flood 🇺🇦', 'Flood'],
    ['5️⃣ things', '5 things'],
    ['Storm (±5 km)', 'Storm (+/-5 km)'],
    ['Road A→B', 'Road A->B'],
    ['₹500 crore', 'Rs 500 crore'],
    ['500₽', '500 RUB'],
    ['5½ years', '5 1/2 years'],
    ['10⁶ km²', '10^6 km2'],
    ['5 µg of CO₂', '5 ug of CO2'],
    ['a ≠ b', 'a != b'],
    ['a ≮ b', 'a b'],
    ['DAX ▲ 5%', 'DAX + 5%'],
    ['“Kessel”', '"Kessel"'],
  ])('does not lose half an SMS to the signs of %j', (begin, written) => {
    const rest =
      ' grips Vesmar as thousands leave their homes, schools close and the army is sent to valleys';
    const text = renderSms('Weather: ', begin + rest, 'https://news.tolmark.org/1');
    expectOnePart(text);
    expect(text).toBe(`Weather: ${written}${rest}\nhttps://news.tolmark.org/1`);
  });

  it('writes or omits every symbol of Unicode', () => {
    for (let code = 0x80; code < 0x110000; code++) {
      const sign = String.fromCodePoint(code);
      if (!/[\p{S}\p{P}]/u.test(sign)) continue;
      const text = new sms.SegmentedMessage(toGsm7(`a ${sign} b`), 'auto', true);
      if (text.encodingName !== 'GSM-7') expect.fail(`${sign} U+${code.toString(16)}`);
    }
  });

  it('keeps the value of a price', () => {
    for (let code = 0x80; code < 0x10000; code++) {
      const sign = String.fromCodePoint(code);
      if (/\p{Sc}/u.test(sign)) expect(toGsm7(`${sign}5`), code.toString(16)).toMatch(/^[^\s\d]+ ?5$/);
    }
  });

  it('keeps the symbols of texts in other scripts, and of texts that are all symbols', () => {
    const cyrillic = renderSms('', `Жара 45°C 🚨 ${'и ветер '.repeat(9)}`, undefined);
    expect(cyrillic).toContain('45°C 🚨');
    expect(renderSms('Fun: ', '🎉'.repeat(60), undefined)).toContain('🎉');
  });

  it('cuts the headline at a word and keeps the link whole', () => {
    const headline =
      'From herring quotas and night trains to a bridge, a lighthouse and who pays for the fog horn: eleven questions';
    const text = renderSms('Summit: ', headline, link);
    expect(text).toBe(
      `Summit: From herring quotas and night trains to a bridge, a lighthouse and who pays for the fog horn:...\n${link}`,
    );
    expectOnePart(text);
  });

  it('drops the link if it would take too much of the headline', () => {
    const headline =
      'Kessel bridge opens after nine years of quarrels about herring, trains and the fog horn';
    const long = `${link}?${'a'.repeat(70)}`;
    expect(renderSms('Bridges: ', headline, long)).toBe(`Bridges: ${headline}`);
    expect(renderSms('Bridges: ', headline, `${link}?${'a'.repeat(300)}`)).toBe(`Bridges: ${headline}`);
    expect(renderSms('Bridges: ', 'Short', `${link}?${'a'.repeat(70)}`)).toBe(`Bridges: Short\n${long}`);
  });

  it('is one part of 70 characters in other alphabets, and cuts no emoji in half', () => {
    const cyrillic = renderSms(
      'Мост: ',
      'Мост открыт после девяти лет споров о сельди, поездах и маяке у залива',
      link,
    );
    expect(cyrillic).toBe('Мост: Мост открыт после девяти лет споров о сельди, поездах и маяке...');
    expectOnePart(cyrillic);
    const emoji = renderSms('Fun: ', '👩‍👩‍👧'.repeat(30), undefined);
    expect(emoji).toBe(`Fun: ${'👩‍👩‍👧'.repeat(7)}...`);
    expectOnePart(emoji);
  });

  it('uses 160 characters if only the removed end needs another alphabet', () => {
    const headline = `${'Kessel bridge opens '.repeat(8)}🎉`;
    expectOnePart(renderSms('Bridges: ', headline, undefined));
    expect(renderSms('Bridges: ', headline, undefined).length).toBeGreaterThan(140);
  });

  it.each([
    ['a very long name', 'Everything about the Kessel bridge and its opening hours '.repeat(4)],
    ['a name that grows in GSM-7', '…'.repeat(200)],
    ['a name of emoji that grows', `${'½'.repeat(60)}🎉: `],
    ['a name without spaces', '橋'.repeat(300)],
    ['a name of one endless character', `a${'\u0301'.repeat(300)}`],
  ])('is one part with %s', (_what, before) => {
    expectOnePart(renderSms(before, 'Kessel bridge opens', link));
    expectOnePart(renderSms(before, '', undefined));
    expectOnePart(renderSms(before, '🎉'.repeat(50), link));
  });

  it('is one part, with the link whole or absent, for any texts', () => {
    const random = seededRandom(160);
    const plain = [
      'Kessel',
      'bridge',
      'a',
      ' ',
      ' ',
      ' ',
      '“',
      '’',
      '–',
      '…',
      '€',
      '[',
      '~',
      '½',
      '\u00a0',
      'é',
      'e\u0301',
    ];
    const any = [
      ...plain,
      ...[
        '`',
        'õ',
        'ß',
        'ж',
        '橋',
        '𠮷',
        '👩‍👩‍👧',
        '🇪🇺',
        '🎉',
        'ी',
        '\u0301',
        '，',
        'ﬁ',
        '<b>',
        '&',
        '\\',
        'ł',
        'Ş',
        'ő',
        'ệ',
        'ά',
        'ΐ',
        '№',
        '™',
        'ǅ',
        'ſ',
        '\u0345',
      ],
    ];
    const textOf = (pieces: readonly string[], most: number) =>
      safeText(Array.from({ length: random.integer(most) }, () => random.pick(pieces)).join(''));
    let linked = 0;
    for (let round = 0; round < 120; round++) {
      const pieces = random.pick([plain, any]);
      const url = safeUrl(`https://courier.example/?q=${textOf(any, 10)}`, 300) ?? '';
      const headline = textOf(pieces, 80) || 'x';
      const text = renderSms(`${textOf(pieces, 20)}: `, headline, random.pick([url, undefined]));
      expectOnePart(text);
      if (text.includes('courier.example')) {
        linked++;
        expect(text.endsWith(`\n${url}`), `${text} | ${url}`).toBe(true);
      }
    }
    expect(linked).toBeGreaterThan(20);
  });
});
