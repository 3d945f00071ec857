import { describe, expect, it } from 'vitest';
import { signatureOf, withSignature } from '../../../../functions/notify/story/signature.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

describe('signatureOf', () => {
  it('has the words of the title, a bar, and those of the summary, names with a star', () => {
    const summary = 'Ferries stay in Lumen. The strike of ferries was called by Orlena Vask.';
    expect(signatureOf({ title: 'Ferry strike in Port Lumen', summary })).toBe(
      'ferry strike port lumen|ferrie stay lumen* strike called orlena* vask*',
    );
  });

  it('omits a summary of fewer than six words, which is mostly boilerplate', () => {
    const title = 'Ferry strike in Port Lumen';
    expect(signatureOf({ title, summary: 'Read more on our site' })).toBe('ferry strike port lumen|');
  });

  it('omits a part of the title that recurs in the feed', () => {
    const said = { title: 'Letters to the editor: herring', summary: '' };
    expect(signatureOf({ ...said, rubric: 'Letters to the editor' })).toBe('herrin|');
  });

  it('ends with a hash of the outlet, if known', () => {
    const said = { title: 'Ferry strike', summary: '' };
    const signature = signatureOf({ ...said, outlet: 'herald.example' });
    expect(signature).toMatch(/^ferry strike\|\|[0-9a-f]{6}$/);
    expect(signatureOf({ ...said, outlet: 'courier.example' })).not.toBe(signature);
  });

  it('has each word once', () => {
    expect(signatureOf({ title: 'Strike! Strike! Ferry strike', summary: '' })).toBe('strike ferry|');
  });

  it('is the same for composed and decomposed accents', () => {
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
  ])('stays small, and is quick, for %s', async (_, text) => {
    const signature = await takesLessThan(250, () =>
      signatureOf({ title: text, summary: text, outlet: 'herald.example' }),
    );
    expect(Buffer.byteLength(signature)).toBeLessThanOrEqual(480);
    expect(signature.split('|')).toHaveLength(3);
  });
});

describe('withSignature', () => {
  it('keeps the first item of the story and the latest five', () => {
    let kept: readonly string[] = [];
    for (const next of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) kept = withSignature(kept, next);
    expect(kept).toEqual(['a', 'd', 'e', 'f', 'g', 'h']);
  });

  it('keeps each once', () => {
    expect(withSignature(['a', 'b'], 'b')).toEqual(['a', 'b']);
    expect(withSignature(['a', 'b'], 'a')).toEqual(['a', 'b']);
    expect(withSignature(['a|b|c', 'd|'], 'a|b|e')).toEqual(['a|b|c', 'd|']);
  });
});
