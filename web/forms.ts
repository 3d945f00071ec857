import { type Markup, markup } from '../functions/shared/markup.ts';

/** Returns a form that changes something. `token`: of this start of the program, which no other site can know. */
export type ChangeForm = (
  action: string,
  content: Markup,
  options?: { readonly hasFile?: boolean },
) => Markup;

/** Name of the field that has the token. */
export const TOKEN_FIELD = 'token';

export const changeForm =
  (token: string): ChangeForm =>
  (action, content, { hasFile = false } = {}) =>
    markup`<form method="post" action="${action}"${hasFile ? markup` enctype="multipart/form-data"` : ''}>
<input type="hidden" name="${TOKEN_FIELD}" value="${token}">
${content}
</form>`;

export function hidden(name: string, value: string): Markup {
  return markup`<input type="hidden" name="${name}" value="${value}">`;
}
