import { describe, expect, it } from 'vitest';
import { decode } from '../../../../functions/poll/reading/decode.ts';
import { encoded } from '../../../helpers/encoded.ts';

const TEXT = 'Überschwemmung in Łódź – „Flut“ 🌊';
const document = (text: string, encoding?: string) =>
  `<?xml version="1.0"${encoding ? ` encoding="${encoding}"` : ''}?><rss>${text}</rss>`;

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const utf16le = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
const utf16be = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));

describe('UTF-8', () => {
  it.each([
    ['nothing', '', undefined],
    ['its HTTP charset', 'text/xml; charset=utf-8', undefined],
    ['its declaration', 'text/xml', 'UTF-8'],
    ['a lying HTTP charset', 'text/xml; charset=ISO-8859-1', undefined],
    ['a lying HTTP charset, and a true declaration', 'text/xml; charset=iso-8859-1', 'utf-8'],
    ['a lying declaration', 'text/xml', 'windows-1251'],
    ['a declaration of UTF-16, which is what .NET writes', 'text/xml', 'utf-16'],
    ['an HTTP charset that is none', 'text/xml; charset=utf8mb4', undefined],
  ])('is read by %s', async (_name, contentType, encoding) => {
    const text = document(TEXT, encoding);
    expect(await decode(utf8(text), contentType)).toBe(text);
  });

  it('loses its byte order mark', async () => {
    expect(await decode(join(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(document(TEXT))), '')).toBe(
      document(TEXT),
    );
  });

  it('keeps all but the character that was cut in half', async () => {
    const cut = join(utf8(document(TEXT)).subarray(0, -6), Uint8Array.of(0xc3), utf8('</rss>'));
    expect(await decode(cut, 'text/xml; charset=utf-8')).toBe(
      document(TEXT).replace('</rss>', '\ufffd</rss>'),
    );
  });
});

describe('UTF-16', () => {
  it.each([
    ['big-endian with its mark', join(Uint8Array.of(0xfe, 0xff), utf16be(document(TEXT)))],
    ['little-endian with its mark', join(Uint8Array.of(0xff, 0xfe), utf16le(document(TEXT)))],
    ['big-endian without', utf16be(document(TEXT))],
    ['little-endian without', utf16le(document(TEXT))],
  ])('is read: %s', async (_name, bytes) => {
    expect(await decode(bytes, 'text/xml')).toBe(document(TEXT));
    expect(await decode(bytes, 'text/xml; charset=utf-8')).toBe(document(TEXT));
  });
});

describe('another encoding', () => {
  const german = 'Straße für Müller';
  const russian = Uint8Array.of(0xcd, 0xe0, 0xe2, 0xee, 0xe4, 0xed, 0xe5, 0xed, 0xe8, 0xe5);

  it('is read by its HTTP charset, however that is written', async () => {
    const bytes = latin1(document(german));
    for (const contentType of [
      'text/xml; charset=iso-8859-1',
      'text/xml;charset="ISO-8859-1"',
      "text/xml; charset='latin1'; x=y",
      'text/xml; x=y; Charset = iso-8859-15',
    ]) {
      expect(await decode(bytes, contentType)).toBe(document(german));
    }
    expect(await decode(russian, 'text/xml; charset=windows-1251')).toBe('Наводнение');
  });

  it('is read by its declaration', async () => {
    const bytes = join(latin1(`<?xml version='1.0' encoding='windows-1251'?><rss>`), russian);
    expect(await decode(bytes, 'text/xml')).toBe(
      `<?xml version='1.0' encoding='windows-1251'?><rss>Наводнение`,
    );
  });

  it('is read by its HTTP charset before its declaration', async () => {
    const head = '<?xml version="1.0" encoding="iso-8859-1"?>';
    expect(await decode(join(latin1(head), russian), 'text/xml; charset=windows-1251')).toBe(
      `${head}Наводнение`,
    );
  });

  it.each([
    ['text/xml; charset=utf-8', undefined],
    ['text/xml; charset=utf-8', 'iso-8859-1'],
    ['text/xml; charset=none-such', 'utf-8'],
    ['text/xml', 'utf-16'],
    ['', undefined],
  ])('that %j and the declaration %j lie about is read as Windows-1252', async (contentType, encoding) => {
    const text = document(german, encoding);
    expect(await decode(latin1(text), contentType)).toBe(text);
  });

  it('is Windows-1252 where it is called Latin-1, and where nothing says what it is', async () => {
    const bytes = join(Uint8Array.of(0x93), latin1('Flut'), Uint8Array.of(0x94, 0x20, 0x80));
    expect(await decode(bytes, 'text/xml; charset=iso-8859-1')).toBe('“Flut” €');
    expect(await decode(bytes, '')).toBe('“Flut” €');
  });

  it('of seven bits is read by its label', async () => {
    const bytes = join(
      Uint8Array.of(0x1b, 0x24, 0x42, 0x45, 0x6c, 0x35, 0x7e, 0x1b, 0x28, 0x42),
      latin1(' x'),
    );
    expect(await decode(bytes, 'text/xml; charset=iso-2022-jp')).toBe('東京 x');
  });

  it('of two bytes a character is read by its label, though some of its pairs are good UTF-8', async () => {
    const gbk = Uint8Array.of(0xc1, 0xaa, 0xcd, 0xa8, 0xba, 0xe9, 0xcb, 0xae, 0xb5, 0xd8, 0xd5, 0xf0);
    expect(await decode(gbk, 'text/xml; charset=gbk')).toBe('联通洪水地震');
  });
});

it('no bytes are no text, and any bytes are some', async () => {
  expect(await decode(new Uint8Array(0), 'text/xml; charset=utf-16')).toBe('');
  const every = Uint8Array.from({ length: 256 }, (_, n) => n);
  expect(await decode(every, 'text/xml')).toHaveLength(256);
  expect(await decode(Uint8Array.of(0xff, 0xfe, 0x41), '')).toBe('ÿþA');
});

describe('an encoding that nothing declares', () => {
  const russian =
    'Наводнение в порту: движение поездов остановлено до утра, сообщает городская администрация';
  it.each([
    ['windows-1251', russian],
    ['koi8-r', russian],
    [
      'iso-8859-7',
      'Πλημμύρα στο λιμάνι: η κυκλοφορία των τρένων διακόπηκε μέχρι το πρωί, σύμφωνα με τον δήμο',
    ],
    [
      'windows-1254',
      'Limanda sel: şehrin ulaşımı sabaha kadar durduruldu, açıklamayı büyükşehir belediyesi yaptı',
    ],
    ['windows-1256', 'فيضان في الميناء وتوقف حركة القطارات حتى الصباح بحسب بلدية المدينة'],
    [
      'windows-1252',
      'Überschwemmung im Hafen: Die Züge fahren bis zum Morgen nicht, sagt die Stadt für alle Gäste',
    ],
  ])('%s is found by its letters', async (label, text) => {
    expect(await decode(encoded(document(text), label), 'text/xml')).toBe(document(text));
  });

  it('of seven bits is found by its escapes', async () => {
    const bytes = join(
      Uint8Array.of(0x1b, 0x24, 0x42, 0x45, 0x6c, 0x35, 0x7e, 0x1b, 0x28, 0x42),
      latin1(' x'),
    );
    expect(await decode(bytes, 'text/xml')).toBe('東京 x');
  });
});
