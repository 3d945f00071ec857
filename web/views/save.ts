import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { ConfigEdit } from '../config-edit.ts';
import { diffBlock } from '../diff-block.ts';
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
${faults.length > 0 ? faultBlock(faults) : ''}
${
  edit
    ? markup`${diffBlock(edit, isAgain)}
<p class="quiet">Comments inside a query that is replaced go with it; all other lines stay as they are.</p>
${form(
  '/topics/save',
  markup`${hidden('q', query)}${hidden('topic', topic)}${hidden('name', name)}${hidden('base', base)}
<p class="buttons"><button>Write the file</button> <a href="${back}">Back</a></p>`,
)}`
    : markup`<p><a href="${back}">Back</a></p>`
}
</main>`;
}
