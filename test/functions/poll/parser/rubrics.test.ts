import { describe, expect, it } from 'vitest';
import { rubricsOf } from '../../../../functions/poll/parser/rubrics.ts';

describe('rubricsOf', () => {
  it.each([
    ['at the beginning', (text: string) => `24 Hours: ${text}`, '24 Hours: '],
    ['after a dash', (text: string) => `${text} – Evening News`, ' – Evening News'],
    ['after a bar', (text: string) => `${text} | The Courier`, ' | The Courier'],
    ['in capitals', (text: string) => `LIVESTREAM: ${text}`, 'LIVESTREAM: '],
  ])('finds the part that several titles share %s', (_, titled, rubric) => {
    const titles = ['Bridge at Kessel shut', 'Ferry crews walk out', 'Snow on the pass'].map(titled);
    const rubricOf = rubricsOf([...titles, 'Harbour to be dredged']);
    expect(titles.map(rubricOf)).toEqual([rubric, rubric, rubric]);
    expect(rubricOf('Harbour to be dredged')).toBeUndefined();
  });

  it('finds two rubrics in a document, but none if more parts are shared', () => {
    const titlesOf = (...countries: readonly string[]) =>
      countries.flatMap((country) =>
        ['bridge shut', 'ferry crews walk out', 'snow on the pass'].map((text) => `${country}: ${text}`),
      );
    const two = titlesOf('Tolmark', 'Arnwick');
    expect(new Set(two.map(rubricsOf(two)))).toEqual(new Set(['Tolmark: ', 'Arnwick: ']));
    const three = titlesOf('Tolmark', 'Arnwick', 'Lumenia');
    expect(new Set(three.map(rubricsOf(three)))).toEqual(new Set([undefined]));
  });

  it('ignores a part of only one or two titles', () => {
    const titles = ['Kessel: bridge shut', 'Kessel: bridge opens', 'Ferry crews walk out'];
    expect(titles.map(rubricsOf(titles))).toEqual([undefined, undefined, undefined]);
  });

  it('counts a repeated title once', () => {
    const titles = ['Kessel: bridge shut', 'Kessel: bridge shut', 'Kessel: bridge opens'];
    expect(rubricsOf(titles)('Kessel: bridge shut')).toBeUndefined();
  });
});
