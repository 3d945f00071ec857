import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../../../functions/poll/parser/headline.ts';

const LONG =
  'The harbour master asks all crews to bring their boats in before the tide turns at nine in the evening and to wait there for word from the coast guard';

const ofText = (summary: string) => headlineOf({ title: '', summary, content: '' });

describe('the headline of a post', () => {
  it('is its title', () => {
    expect(headlineOf({ title: 'Storm', summary: 'A storm comes.', content: '' })).toBe('Storm');
  });

  it.each([
    ['empty', ''],
    ['a sign', '🚨'],
    ['a dash', ' — '],
    ['an address', 'https://social.example/@port/2'],
    ['a placeholder', 'Untitled'],
    ['a placeholder in brackets', '(no title)'],
  ])('is the beginning of its text if the title is %s', (_, title) => {
    expect(headlineOf({ title, summary: 'Storm tonight', content: '' })).toBe('Storm tonight');
    expect(headlineOf({ title, summary: '', content: 'Storm tonight' })).toBe('Storm tonight');
  });

  it.each([
    ['all of a short text', 'Storm tonight. Stay at home!', 'Storm tonight. Stay at home!'],
    ['whole sentences', `Storm over the harbour tonight. ${LONG}`, 'Storm over the harbour tonight.'],
    [
      'whole words of a long sentence',
      LONG,
      'The harbour master asks all crews to bring their boats in before the tide turns at nine in the evening and to wait…',
    ],
    [
      'more than a short first sentence',
      `Storm! ${LONG}`,
      'Storm! The harbour master asks all crews to bring their boats in before the tide turns at nine in the evening and to…',
    ],
    ['the text without addresses', 'https://port.example/warning Storm tonight', 'Storm tonight'],
    ['an address if there is nothing else', 'https://port.example/warning', 'https://port.example/warning'],
    ['signs if there is nothing else', '🚨🚨', '🚨🚨'],
    ['no text if there is none', '', ''],
  ])('has %s', (_, text, headline) => {
    expect(ofText(text)).toBe(headline);
  });

  it.each([['港口罢工进入第二周'], ['😀'], ['x']])('is never longer than 120 characters: %s', (unit) => {
    const headline = ofText(unit.repeat(500));
    expect(headline.length).toBeLessThanOrEqual(120);
    expect(headline.isWellFormed()).toBe(true);
    expect(headline.endsWith('…')).toBe(true);
  });

  it('is a title without letters if there is no text', () => {
    expect(headlineOf({ title: '🚨', summary: '', content: '' })).toBe('🚨');
    expect(headlineOf({ title: 'Untitled', summary: '', content: '' })).toBe('Untitled');
  });

  it('may begin with "Untitled"', () => {
    const title = 'Untitled Picasso is sold';
    expect(headlineOf({ title, summary: 'More', content: '' })).toBe(title);
  });
});
