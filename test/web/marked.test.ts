import { expect, it } from 'vitest';
import { marked } from '../../web/marked.ts';

const [O, C] = ['<mark>', '</mark>'];

it.each([
  ['Talks begin', ['talks'], `${O}Talks${C} begin`],
  ['Small talk, no talks', ['talks'], `Small talk, no ${O}talks${C}`],
  [
    'The White House and a white  “House”',
    ['White House'],
    `The ${O}White House${C} and a ${O}white  “House${C}”`,
  ],
  ['Bank of England', ['Bank', 'Bank of England'], `${O}Bank of England${C}`],
  ['a a a', ['a a'], `${O}a a${C} a`],
  ['U.S. president', ['U.S. president'], `${O}U.S. president${C}`],
  ['Zoe\u0308 <b>Ж</b>', ['zoë', 'ж'], `${O}Zoë${C} &lt;b&gt;${O}Ж${C}&lt;/b&gt;`],
  ['nothing here', ['', '“”', 'else'], 'nothing here'],
  ['', ['a'], ''],
  ['東京都知事', ['東京'], `${O}東京${C}都知事`],
])('in %j, marks the terms %j', (text, terms, expected) => {
  expect(marked(text, terms).source).toBe(expected);
});
