import { describe, expect, it } from 'vitest';
import { decode } from '../../../../../functions/poll/parser/encoding/decode.ts';
import { encoded } from '../../../../helpers/encoded.ts';
import { takesLessThan } from '../../../../helpers/processor-time.ts';

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
    ['no label', '', undefined],
    ['its HTTP charset', 'text/xml; charset=utf-8', undefined],
    ['its declaration', 'text/xml', 'UTF-8'],
    ['a wrong HTTP charset', 'text/xml; charset=ISO-8859-1', undefined],
    ['a wrong HTTP charset and a right declaration', 'text/xml; charset=iso-8859-1', 'utf-8'],
    ['a wrong declaration', 'text/xml', 'windows-1251'],
    ['a declaration of UTF-16, as .NET writes it', 'text/xml', 'utf-16'],
    ['an unknown HTTP charset', 'text/xml; charset=utf8mb4', undefined],
  ])('is read with %s', async (_name, contentType, encoding) => {
    const text = document(TEXT, encoding);
    expect(await decode(utf8(text), contentType)).toBe(text);
  });

  it('loses its byte order mark', async () => {
    expect(await decode(join(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(document(TEXT))), '')).toBe(
      document(TEXT),
    );
  });

  it('loses only a character that is incomplete', async () => {
    const cut = join(utf8(document(TEXT)).subarray(0, -6), Uint8Array.of(0xc3), utf8('</rss>'));
    expect(await decode(cut, 'text/xml; charset=utf-8')).toBe(
      document(TEXT).replace('</rss>', '\ufffd</rss>'),
    );
  });
});

describe('UTF-16', () => {
  it.each([
    ['big-endian with a byte order mark', join(Uint8Array.of(0xfe, 0xff), utf16be(document(TEXT)))],
    ['little-endian with a byte order mark', join(Uint8Array.of(0xff, 0xfe), utf16le(document(TEXT)))],
    ['big-endian without one', utf16be(document(TEXT))],
    ['little-endian without one', utf16le(document(TEXT))],
  ])('is read: %s', async (_name, bytes) => {
    expect(await decode(bytes, 'text/xml')).toBe(document(TEXT));
    expect(await decode(bytes, 'text/xml; charset=utf-8')).toBe(document(TEXT));
  });
});

describe('another encoding', () => {
  const german = 'Straße für Müller';
  const russian = Uint8Array.of(0xcd, 0xe0, 0xe2, 0xee, 0xe4, 0xed, 0xe5, 0xed, 0xe8, 0xe5);

  it('is read by its HTTP charset in any spelling', async () => {
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
  ])('is read as Windows-1252 if %j and the declaration %j are wrong', async (contentType, encoding) => {
    const text = document(german, encoding);
    expect(await decode(latin1(text), contentType)).toBe(text);
  });

  it('is read as Windows-1252 if it is labelled Latin-1 or not at all', async () => {
    const bytes = join(Uint8Array.of(0x93), latin1('Flut'), Uint8Array.of(0x94, 0x20, 0x80));
    expect(await decode(bytes, 'text/xml; charset=iso-8859-1')).toBe('“Flut” €');
    expect(await decode(bytes, '')).toBe('“Flut” €');
  });

  it('with seven bits is read by its label', async () => {
    const bytes = join(
      Uint8Array.of(0x1b, 0x24, 0x42, 0x45, 0x6c, 0x35, 0x7e, 0x1b, 0x28, 0x42),
      latin1(' x'),
    );
    expect(await decode(bytes, 'text/xml; charset=iso-2022-jp')).toBe('東京 x');
  });

  it('with two bytes per character is read by its label, although some pairs are valid UTF-8', async () => {
    const gbk = Uint8Array.of(0xc1, 0xaa, 0xcd, 0xa8, 0xba, 0xe9, 0xcb, 0xae, 0xb5, 0xd8, 0xd5, 0xf0);
    expect(await decode(gbk, 'text/xml; charset=gbk')).toBe('联通洪水地震');
  });
});

describe('a charset that servers send by default', () => {
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><rss>`;

  it.each([
    ['windows-1251', 'Шторм закрыл мост', 'text/xml; charset=ISO-8859-1'],
    ['windows-1251', 'Шторм закрыл мост', 'text/xml; charset=windows-1252'],
    ['koi8-r', 'Шторм закрыл мост', 'text/xml; charset=latin1'],
    ['iso-8859-2', 'Żółta łódź', 'text/xml; charset=iso-8859-1'],
    ['windows-1253', 'Πλημμύρα', 'text/xml; charset=us-ascii'],
  ])('counts after a declaration of %s', async (encoding, text, contentType) => {
    const bytes = join(latin1(declared(encoding)), encoded(text, encoding));
    expect(await decode(bytes, contentType)).toBe(declared(encoding) + text);
  });

  it.each(['none-such', 'utf-8', 'iso-8859-1', 'utf-16'])(
    'counts if the declaration is %s',
    async (encoding) => {
      const text = `${declared(encoding)}Straße für Müller`;
      expect(await decode(latin1(text), 'text/xml; charset=iso-8859-1')).toBe(text);
    },
  );

  it('comes after any other HTTP charset', async () => {
    const text = 'Шторм закрыл мост';
    const bytes = join(latin1(declared('iso-8859-1')), encoded(text, 'windows-1251'));
    expect(await decode(bytes, 'text/xml; charset=windows-1251')).toBe(declared('iso-8859-1') + text);
  });
});

describe('UTF-8 that was decoded wrongly and encoded again', () => {
  const spanish = document('La economía de Cataluña, según Íñigo: “más” – don’t à la €');
  const misread = (text: string, label: string) => new TextDecoder(label).decode(utf8(text));
  const asLatin1 = (text: string) => Buffer.from(text).toString('latin1');

  it.each([
    ['as Windows-1252', spanish, misread(spanish, 'windows-1252')],
    ['as Latin-1', spanish, asLatin1(spanish)],
    ['twice', spanish, misread(misread(spanish, 'windows-1252'), 'windows-1252')],
    [
      'as Windows-1251',
      document('Шторм закрыл мост'),
      misread(document('Шторм закрыл мост'), 'windows-1251'),
    ],
    [
      'as Windows-1250',
      document('Příliš žluťoučký kůň'),
      misread(document('Příliš žluťoučký kůň'), 'windows-1250'),
    ],
    [
      'with signs only',
      document('£5m, £6m and 20°C'),
      misread(document('£5m, £6m and 20°C'), 'windows-1252'),
    ],
    [
      'from Japanese',
      document('東京で地震がありました'),
      misread(document('東京で地震がありました'), 'windows-1252'),
    ],
  ])('is repaired: %s', async (_name, text, wrong) => {
    expect(wrong).not.toBe(text);
    expect(await decode(utf8(wrong), 'text/xml; charset=utf-8')).toBe(text);
  });

  it.each([
    ['in a document with valid characters too', `${asLatin1('La economía de Cataluña, según Íñigo')} é`],
    ['in a document about mojibake', 'Why do I see â€™, Ã© and Ã±, and what to do?'],
    ['a single time', 'CataluÃ±a'],
    ['Portuguese', 'A IRMÃ, AMANHÃ, NÃO, CÂMARA, “MAÇÔ, Âncora'],
    ['French', 'Âge, pâté, châtaigne, Â «'],
    ['Vietnamese', 'VÂN, ÃO, CHÂN, Ân, Tiếng Việt'],
    ['Romanian', 'ÎNTÂI, ROMÂNIA, câine'],
    ['Russian', 'Шторм закрыл мост через реку'],
  ])('is not changed: %s', async (_name, text) => {
    expect(await decode(utf8(document(text)), 'text/xml; charset=utf-8')).toBe(document(text));
  });

  it('takes linear time', async () => {
    await takesLessThan(3_000, async () => {
      for (const part of ['Ã', 'Â©', 'aÃ©', 'aÃƒÂ©', 'Р', 'â€™']) {
        await decode(utf8(part.repeat(200_000)), '');
        await decode(utf8(`${part.repeat(200_000)}é`), '');
      }
    });
  });
});

it('decodes no bytes and any bytes', async () => {
  expect(await decode(new Uint8Array(0), 'text/xml; charset=utf-16')).toBe('');
  const every = Uint8Array.from({ length: 256 }, (_, n) => n);
  expect(await decode(every, 'text/xml')).toHaveLength(256);
  expect(await decode(Uint8Array.of(0xff, 0xfe, 0x41), '')).toBe('ÿþA');
});

describe('an undeclared encoding', () => {
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
  ])('%s is detected by its letters', async (label, text) => {
    expect(await decode(encoded(document(text), label), 'text/xml')).toBe(document(text));
  });

  it('with seven bits is detected by its escapes', async () => {
    const bytes = join(
      Uint8Array.of(0x1b, 0x24, 0x42, 0x45, 0x6c, 0x35, 0x7e, 0x1b, 0x28, 0x42),
      latin1(' x'),
    );
    expect(await decode(bytes, 'text/xml')).toBe('東京 x');
  });
});
