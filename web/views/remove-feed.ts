import { type Markup, markup } from '../../functions/shared/markup.ts';
import { baseOf, type ConfigEdit } from '../config-edit.ts';
import { diffBlock } from '../diff-block.ts';
import { type ChangeForm, hidden } from '../forms.ts';
import { pathOf } from '../link.ts';

export interface RemoveFeedPage {
  readonly id: string;
  readonly title: string;
  readonly edit: ConfigEdit;
  readonly form: ChangeForm;
  /** The file has changed since the diff was shown. */
  readonly isAgain?: boolean;
}

/** Asks whether to remove a feed, and shows the change of the file. */
export function removeFeedView({ id, title, edit, form, isAgain = false }: RemoveFeedPage): Markup {
  return markup`<main>
<h1>Remove a feed?</h1>
<h2 dir="auto">${title}</h2>
<p>Its stored news and the messages about it stay. To stop reading it for a time, pause it.</p>
${diffBlock(edit, isAgain)}
${form(
  pathOf('feeds', id, 'remove'),
  markup`${hidden('base', baseOf(edit))}
<p class="buttons"><button>Remove it</button> <a href="/feeds">Back</a></p>`,
)}
</main>`;
}
