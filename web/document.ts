import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Markup, markup } from '../../functions/shared/markup.ts';
import { demoNotice } from './page-status.ts';

const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
const script = readFileSync(new URL('./live.js', import.meta.url), 'utf8');

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Allows only this file's script and style in the page, and connections only to its own server. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src ${sha256(script)}`,
  `style-src ${sha256(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23b3261e'/%3E%3Cpath d='M4 5h8M4 8h8M4 11h5' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E";

const VIEWS = [
  { path: '/', name: 'Now' },
  { path: '/try', name: 'Try a query' },
] as const;
export type ViewPath = (typeof VIEWS)[number]['path'];

interface PageDocument {
  readonly path: ViewPath;
  readonly content: Markup;
  readonly demo: boolean;
}

/** Returns a whole page. The page at / follows what happens; without JavaScript it reloads itself. */
export function pageDocument({ path, content, demo }: PageDocument): Markup {
  const isLive = path === '/';
  const view = VIEWS.find((one) => one.path === path);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${isLive ? '' : `${view?.name} - `}news-alerts${demo ? ' (demo)' : ''}</title>
<link rel="icon" href="${ICON}">
${isLive ? markup`<noscript><meta http-equiv="refresh" content="15"></noscript>` : ''}
<style>${new Markup(style)}</style>
</head>
<body>
<h1><a href="/">news-alerts</a></h1>
<nav aria-label="Views">${VIEWS.map((one) => viewLink(one.path, one.name, one.path === path))}</nav>
${demo ? demoNotice() : ''}
${isLive ? LIVE_NOTICES : ''}
${content}
${isLive ? markup`<script>${new Markup(script)}</script>` : ''}
</body>
</html>
`;
}

/** Filled by the script. */
const LIVE_NOTICES = markup`<p id="stopped" class="trouble" role="status"></p>
<p id="arrived" class="unseen" role="status"></p>`;

function viewLink(path: string, name: string, isCurrent: boolean): Markup {
  return isCurrent
    ? markup`<a href="${path}" aria-current="page">${name}</a>`
    : markup`<a href="${path}">${name}</a>`;
}
