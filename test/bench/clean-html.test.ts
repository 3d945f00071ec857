import { expect, it } from 'vitest';
import { cleanHtml } from '../../bench/clean-html.ts';

const base = 'https://herald.test/a/';

it.each([
  [
    '<p>One <a href="../b?c=1&amp;d" onclick="x()">two</a></p>',
    '<p>One <a href="https://herald.test/b?c=1&amp;d">two</a></p>',
  ],
  ['a<script>b</script><iframe src="x">c</iframe>d', 'ad'],
  ['<a href="javascript:x()">a</a>', '<a>a</a>'],
  ['a &lt;b&gt;', 'a &lt;b&gt;'],
])('cleans %s', (html, expected) => {
  expect(cleanHtml(html, { base })).toBe(expected);
});

it('turns headlines into plain text', () => {
  expect(cleanHtml('Use of &lt;mid&gt; &amp; <b>co</b>', { base, headline: true })).toBe(
    'Use of &lt;mid&gt; &amp; co',
  );
});
