import { afterEach, describe, expect, it, vi } from 'vitest';
import { isoDate } from '../../../../../functions/poll/parser/dates/iso-date.ts';

const NOW = Date.parse('2026-03-05T00:00:00Z');
const TEN = '2026-03-02T10:00:00.000Z';
const MIDNIGHT = '2026-03-02T00:00:00.000Z';

afterEach(() => vi.unstubAllEnvs());

describe('a date is read in UTC', () => {
  it.each([
    // RFC 822 and its variants
    ['Mon, 02 Mar 2026 10:00:00 GMT', TEN],
    ['Mon,02 Mar 2026 10:00 EST', '2026-03-02T15:00:00.000Z'],
    ['Mon, 02-Mar-26 10:00:00 UTC', TEN],
    ['Mon, 2nd March 2026 at 10:00 AM', TEN],
    ['Mon, 02 Mar 2026 24:00:00 GMT', '2026-03-03T00:00:00.000Z'],
    ['Mon, 02 Mar 2026 11:00:00 GMT+01:00', TEN],
    ['Mon, 02 Mar 2026 10:00:00 +0000 UTC', TEN],
    ['Mon, 02 Mar 2026 12:00:00 METDST', TEN],
    ['Mon, 02 Mar 2026 05:00:00 America/New_York', TEN],
    ['Mon Mar 02 2026 11:00:00 GMT+0100 (Central European Standard Time)', TEN],
    ['Mon Mar  2 10:00:00 2026', TEN],
    ['Mon Mar 2 10:00:00 +0000 2026', TEN],
    // ISO 8601
    ['2026-03-02T10:00:00.1234Z', '2026-03-02T10:00:00.123Z'],
    ['2026-03-02T10:00:59,5Z', '2026-03-02T10:00:59.500Z'],
    ['2026-03-02 11:00:00 +01:00', TEN],
    ['20260302T100000Z', TEN],
    ['20260302100000', TEN],
    ['2026-061', MIDNIGHT],
    ['2026061', MIDNIGHT],
    ['20260302', MIDNIGHT],
    ['260302', MIDNIGHT],
    ['2026-03', '2026-03-01T00:00:00.000Z'],
    ['2026', '2026-01-01T00:00:00.000Z'],
    ['2026-03-02T09:59:60Z', '2026-03-02T09:59:59.000Z'],
    // Numbers
    ['1772445600', TEN],
    ['1772445600000', TEN],
    ['2026/03/02 10:00', TEN],
    ['02.03.2026 10:00', TEN],
    ['3/2/2026 10:00 AM', TEN],
    ['03/02/2026', MIDNIGHT],
    ['02/Mar/2026:10:00:00 +0000', TEN],
    // Other languages
    ['Lundi, 2. Mars 2026 - 10:00', TEN],
    ['lun., 02 mars 2026 10h00', TEN],
    ['Mo, 2. März 2026 10:00 Uhr', TEN],
    ['2 de marzo de 2026, 10:00', TEN],
    ['Пн, 02 мар 2026 13:00:00 +0300', TEN],
    ['Δευ, 02 Μάρ 2026 10:00:00 GMT', TEN],
    ['2026-március-02T11:00+01:00', TEN],
    ['2026年3月2日 10:00', TEN],
    ['2026년 03월 02일 19:00:00', TEN],
    ['2026-03-02 오후 7:00:00', TEN],
    ['2026年3月2日(月) 午前10時05分', '2026-03-02T10:05:00.000Z'],
    ['Thứ Hai, 2 tháng 3, 2026 10:00', TEN],
    ['2026. gada 2. martā, 10:00', TEN],
    ['2 de março de 2026 às 10h00', TEN],
    ['mar. 03.03.2026 10:00', '2026-03-03T10:00:00.000Z'],
    ['2 मार्च 2026, सोमवार', MIDNIGHT],
    ['٢ مارس ٢٠٢٦ 10:00', TEN],
    ['2 آذار 2026', MIDNIGHT],
    ['วันจันทร์ที่ 2 มีนาคม พ.ศ. 2569 เวลา 10:00 น.', TEN],
    ['2 มี.ค. 2569', MIDNIGHT],
    ['\u200e2 \u200eMar \u200e2026 10:00', TEN],
    // Zones
    ['Mon, 02 Mar 2026 17:00:00 WIB', TEN],
    ['Senin, 2 Maret 2026 | 18:00 WITA', TEN],
    ['Mon, 02 Mar 2026 13:00 EAT', TEN],
    ['Mon Mar 02 17:00:00 ICT 2026', TEN],
    ['Mon, 02 Mar 2026 17:00:00 +0700 WIB', TEN],
    ['Mon, 02 Mar 2026 17:00:00 WIB +0700', TEN],
    ['Mon, 02 Mar 2026 17:00:00 XYZ +07:00', TEN],
    ['Mon, 02 Mar 2026 13:00:00 UTC/GMT +3', TEN],
    ['2026-03-02 18:00:00 PHT', TEN],
    ['2 марта 2026 г., 13:00 МСК', TEN],
    ['Mon, 02 Mar 2026 17:00:00 GMT+7', TEN],
    ['Mon, 02 Mar 2026 15:30:00 +05.30', TEN],
    ['2026-03-02T11:00:00+01:00[Europe/Berlin]', TEN],
    ['2026-03-02T11:00:00[Europe/Berlin]', TEN],
    ['Mon, 02 Mar 2026 05:00:00 Eastern Standard Time', TEN],
    ['3/2/2026 11:00:00 AM W. Europe Standard Time', TEN],
    ['2 July 2025 12:00:00 Central European Summer Time', '2025-07-02T10:00:00.000Z'],
    ['Mon, 02 Mar 2026 10:00:00 XYZ', TEN],
    ['Mon Mar 02 10:00:00 XYZZY 2026', TEN],
    ['Mon, 02 Mar 2026 10:00:00 Mars/Olympus', TEN],
    ['2026-03-02T10:00:00 Ortszeit', TEN],
    ['Published: 2 March 2026 10:00', TEN],
    // Clocks
    ['2 Mar 2026 10:00:00:000 GMT', TEN],
    ['2 Mar 2026 10.00', TEN],
    ['Mo, 02.03.2026, 10.00 Uhr', TEN],
    ['2 March 2026 10 o’clock', TEN],
    ['2 March 2026 10:00 p. m.', '2026-03-02T22:00:00.000Z'],
    ['2026-03-02 PM 10:00', '2026-03-02T22:00:00.000Z'],
    ['2 Μαρ 2026 10:00 μ.μ.', '2026-03-02T22:00:00.000Z'],
    ['02.03.26', MIDNIGHT],
  ])('%s', (date, expected) => {
    vi.stubEnv('TZ', 'America/New_York');
    expect(isoDate(date, NOW)).toBe(expected);
  });
});

it.each([
  '',
  'yesterday',
  '12 hours ago',
  '0000-00-00 00:00:00',
  '0001-01-01T00:00:00Z',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Fri, 31 Dec 9999 23:59:59 GMT',
  'Tue, 31 Feb 2026 10:00:00 GMT',
  'Mon, 00 Mar 2026 10:00:00 GMT',
  'Mon, 02 Mar zz 10:00:00 GMT',
  'Mon, 02 Mar 2026 25:00:00 GMT',
  'Mon, 02 Mar 2026 10:00:00 +zz:00',
  'Mon, 02 Mar 2026 10:00:00 +00:zz',
  '2026-13-01',
  '2026-02-29',
  '2026-03-02-01',
  '2026-03-02T10:61:00Z',
  '2026-03-02T10:00:00+99:99',
  '2026-03-02T10:00:00Textra',
  '013',
  '2 Mar 2026 '.repeat(20),
  'tomorrow',
  'tomorrow 10:00',
  '10:00 WIB',
  '32 March 2026 10:00 WIB',
  '2 Foo 2026',
  '2 Foo 11 2026',
  '12345',
  '1404/12/11',
  '2700-01-01',
  '2 Mar 2026 10.75',
  '2 Mar 2026 10:00:00Text',
  '2026-03-02T10:00:00-06:00Text',
  'All of us will meet again at the town hall on 2 March 2026',
  '2 March 2026 – 4 March 2026',
])('%j is not a date', (date) => {
  expect(isoDate(date, NOW)).toBeUndefined();
});

it('ignores a date more than a day ahead', () => {
  expect(isoDate('2026-03-05T23:59:00Z', NOW)).toBe('2026-03-05T23:59:00.000Z');
  expect(isoDate('2026-03-06T00:01:00Z', NOW)).toBeUndefined();
});
