import { type Markup, markup } from '../functions/shared/markup.ts';
import { type ConfigEdit, type DiffLine, diffOf } from './config-edit.ts';

const MARKS: Readonly<Record<DiffLine['kind'], string>> = { added: '+', removed: '−', same: ' ', place: '' };

/**
 * Returns how an edit changes the file.
 * @param isAgain the file has changed since this was shown before
 */
export function diffBlock(edit: ConfigEdit, isAgain: boolean): Markup {
  const again = isAgain
    ? markup`<p class="trouble" role="alert">The file has changed meanwhile; nothing was written yet.</p>`
    : '';
  return markup`${again}<p>This changes <code>${edit.config.file}</code>:</p>
${lines(diffOf(edit))}`;
}

function lines(diff: readonly DiffLine[]): Markup {
  if (diff.length === 0) return markup`<p class="quiet">Nothing: the file already has this.</p>`;
  const rows = diff.map(({ kind, text }) => {
    if (kind === 'added') return markup`<ins>${MARKS.added} ${text}</ins>`;
    if (kind === 'removed') return markup`<del>${MARKS.removed} ${text}</del>`;
    return markup`<span class="${kind}">${MARKS[kind]} ${text}</span>`;
  });
  return markup`<pre class="diff" dir="ltr" tabindex="0">${rows}</pre>`;
}
