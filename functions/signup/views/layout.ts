import { createHash } from 'node:crypto';
import { type Markup, markup, Markup as Raw } from '../../shared/markup.ts';
import { STYLE } from './style.ts';

/** For the content security policy: the page's own style is the only thing that it loads. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23b3261e'/%3E%3Cpath d='M4 5h8M4 8h8M4 11h5' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E";

export interface SignupPage {
  readonly title: string;
  readonly content: Markup;
}

/** Returns a whole page, which needs no script and loads nothing. */
export function signupDocument({ title, content }: SignupPage): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style>${new Raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.source;
}

/** Returns a message that something went wrong with what a person entered. */
export function faultNotice(message: string | undefined): Markup {
  return message === undefined ? markup`` : markup`<p class="fault" role="alert">${message}</p>`;
}
