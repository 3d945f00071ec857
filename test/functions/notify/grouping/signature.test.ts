import { describe, expect, it } from 'vitest';
import { remember, signatureOf } from '../../../../functions/notify/grouping/signature.ts';
import { termsOf } from '../../../../functions/notify/grouping/terms.ts';

const termsIn = (text: string) => termsOf(text).map((term) => term.text);

describe('termsOf', () => {
  it('keeps the beginnings of the words that say what a text is about', () => {
    expect(termsIn('The ferries of Port Lumen are striking again')).toEqual([
      'ferrie',
      'port',
      'lumen',
      'striki',
      'again',
    ]);
  });

  it('keeps numbers and abbreviations whole', () => {
    expect(termsIn('Magnitude 5.1 at 12:30, U.N. counts 194,000')).toEqual([
      'magnit',
      '5.1',
      '12:30',
      'un',
      'counts',
      '194000',
    ]);
  });

  it('leaves out the small words of the language that a text is in, and of no other', () => {
    expect(termsIn('Die Brücke ist nach dem Sturm wieder offen')).toEqual([
      'brucke',
      'sturm',
      'wieder',
      'offen',
    ]);
    expect(termsIn('The ferry will die with the harbour')).toContain('die');
  });

  it('takes every two letters of scripts without spaces', () => {
    expect(termsIn('港口罢工')).toEqual(['港口', '口罢', '罢工']);
  });

  it('sees no difference in diacritics', () => {
    expect(termsIn('Café Müller')).toEqual(termsIn('Cafe Muller'));
  });
});

describe('signatureOf', () => {
  it('has the words of the title, a bar, and those of the summary, names with a star', () => {
    const summary = 'Ferries stay in Lumen. The strike of ferries was called by Orlena Vask.';
    expect(signatureOf({ title: 'Ferry strike in Port Lumen', summary })).toBe(
      'ferry strike port lumen|ferrie stay lumen* strike called orlena* vask*',
    );
  });

  it('is the same whether accents are composed or not', () => {
    const title = 'Zürich';
    const [composed, apart] = ['NFC', 'NFD'].map((form) =>
      signatureOf({ title: title.normalize(form), summary: '' }),
    );
    expect(composed).toBe(apart);
  });

  it.each([
    ['a long title', 'harbour ferry strike '.repeat(1000)],
    ['many words', Array.from({ length: 4000 }, (_, n) => `word${n}`).join(' ')],
    ['one word', 'a'.repeat(20_000)],
    ['letters alone', 'x y z '.repeat(4000)],
    ['emoji', '🚢🏴‍☠️🇨🇭'.repeat(2000)],
    ['Chinese', '港口罢工进入第二周'.repeat(2000)],
    ['marks', `e${'\u0301'.repeat(20_000)}`],
    ['numbers', '1.2.3.4.5.6.7.8.9.'.repeat(1000)],
    ['stars and bars', '*|* |* ||** '.repeat(2000)],
    ['lone surrogates', '\ud83d '.repeat(5000)],
  ])('stays small, and is quick, for %s', (_, text) => {
    const before = process.cpuUsage();
    const signature = signatureOf({ title: text, summary: text });
    const { user, system } = process.cpuUsage(before);
    expect(Buffer.byteLength(signature)).toBeLessThanOrEqual(480);
    expect(signature.split('|')).toHaveLength(2);
    expect((user + system) / 1000).toBeLessThan(250);
  });
});

describe('remember', () => {
  it('keeps the first and the last two', () => {
    let kept: readonly string[] = [];
    for (const next of ['a', 'b', 'c', 'd', 'e']) kept = remember(kept, next);
    expect(kept).toEqual(['a', 'd', 'e']);
    expect(remember(kept, 'd')).toEqual(kept);
  });
});
