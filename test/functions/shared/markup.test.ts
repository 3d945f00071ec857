import { expect, it } from 'vitest';
import { cdata, markup } from '../../../functions/shared/markup.ts';

it('escapes text and passes markup through', () => {
  const inner = markup`<b>${`Fish & "chips" <'>`}</b>`;
  expect(markup`<p title="${'"'}">${[inner, inner]}</p>`.source).toBe(
    '<p title="&quot;"><b>Fish &amp; &quot;chips&quot; &lt;&#39;&gt;</b>\n' +
      '<b>Fish &amp; &quot;chips&quot; &lt;&#39;&gt;</b></p>',
  );
});

it('never lets text end a CDATA section early', () => {
  expect(cdata('a]]>b').source).toBe('<![CDATA[a]]]]><![CDATA[>b]]>');
});
