import type { Context } from 'hono';
import type { Markup } from '../functions/shared/markup.ts';
import type { PageActions, PageData } from '../local/page-data.ts';
import type { PageDocument } from './document.ts';
import type { ChangeForm } from './forms.ts';
import type { Notes } from './notes.ts';

/** What the routes of the page share. */
export interface PageContext {
  readonly data: PageData;
  readonly form: ChangeForm;
  readonly notes: Notes;
  /** Returns the class of a topic's colour. */
  hueOf(topicId: string): string;
  /** Returns a page as the response. `render` is called with the time zone of the configuration in effect. */
  show(
    c: Context,
    page: Omit<PageDocument, 'content' | 'demo' | 'stack'>,
    render: () => Markup,
    status?: 200 | 404 | 422,
  ): Response;
  /**
   * Returns what can be changed.
   * @throws HTTPException if the page changes nothing
   */
  actions(): PageActions;
}
