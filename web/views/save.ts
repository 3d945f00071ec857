import { type Markup, markup } from '../../functions/shared/markup.ts';
import { type ConfigEdit, type DiffLine, diffOf } from '../config-edit.ts';
import { type ChangeForm, hidden } from '../forms.ts';
import { faultBlock, type ShownFault } from '../try-view.ts';

export interface SavePage {
  readonly query: string;
  /** Id of the topic whose query is replaced; empty for a new topic. */
  readonly topic: string;
  readonly name: string;
  /** Absent if the query has faults. */
  readonly edit: ConfigEdit | undefined;
  /** Name of the text that the edit starts from. */
  readonly base: string;
  readonly faults: readonly ShownFault[];
  readonly form: ChangeForm;
  /** The file has changed since the diff was shown. */
  readonly isAgain?: boolean;
}

/** Returns the change of the file that saving a query makes, with the button that makes it. */
export function saveView({
  query,
  topic,
  name,
  edit,
  base,
  faults,
  form,
  isAgain = false,
}: SavePage): Markup {
  const back = `/try?${new URLSearchParams({ q: query, ...(topic === '' ? {} : { topic }) })}`;
  return markup`<main>
<h1>${topic === '' ? 'Save a new topic' : 'Save the query of a topic'}</h1>
${isAgain ? markup`<p class="trouble" role="alert">The file has changed meanwhile; nothing was written yet.</p>` : ''}
${faults.length > 0 ? faultBlock(faults) : ''}
${
  edit
    ? markup`<p>This changes <code>${edit.config.file}</code>. Comments inside a query that is replaced go with it; all other lines stay as they are:</p>
${diffBlock(diffOf(edit))}
${form(
  '/topics/save',
  markup`${hidden('q', query)}${hidden('topic', topic)}${hidden('name', name)}${hidden('base', base)}
<p class="buttons"><button>Write the file</button> <a href="${back}">Back</a></p>`,
)}`
    : markup`<p><a href="${back}">Back</a></p>`
}
</main>`;
}

const MARKS: Readonly<Record<DiffLine['kind'], string>> = { added: '+', removed: '−', same: ' ', place: '' };

function diffBlock(lines: readonly DiffLine[]): Markup {
  if (lines.length === 0) return markup`<p class="quiet">Nothing: the file already has this.</p>`;
  const rows = lines.map(({ kind, text }) => {
    if (kind === 'added') return markup`<ins>${MARKS.added} ${text}</ins>`;
    if (kind === 'removed') return markup`<del>${MARKS.removed} ${text}</del>`;
    return markup`<span class="${kind}">${MARKS[kind]} ${text}</span>`;
  });
  return markup`<pre class="diff" dir="ltr" tabindex="0">${rows}</pre>`;
}
