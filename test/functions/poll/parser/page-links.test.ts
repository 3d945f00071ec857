import { describe, expect, it } from 'vitest';
import { readPageLinks } from '../../../../functions/poll/parser/page-links.ts';

describe('readPageLinks', () => {
  it('returns the links of a page in document order, with their texts and the base', () => {
    const { links, base } = readPageLinks(
      '<base href="/a/"><link rel="next" href="2"><a href="x">One <img alt="two"> <b>three</b></a><map><area href="y"></map>',
    );
    expect(base).toBe('/a/');
    expect(links.map(({ element, attributes }) => [element, attributes.get('href')])).toEqual([
      ['link', '2'],
      ['a', 'x'],
      ['area', 'y'],
    ]);
    expect(links[1]?.text).toBe('One  two  three');
  });

  it('skips comments, scripts and templates, and links without an address', () => {
    const source =
      '<!-- <a href="1"> --><script>"<a href=2>"</script><template><a href="3"></a></template><a name="4">';
    expect(readPageLinks(source).links).toEqual([]);
  });

  it('returns at most 5,000 links', () => {
    expect(readPageLinks('<a href="/x">'.repeat(20_000)).links).toHaveLength(5_000);
  });
});
