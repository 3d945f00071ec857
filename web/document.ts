import { type Markup, markup } from '../functions/shared/markup.ts';
import { ASSETS } from './assets.ts';
import { demoNotice } from './page-status.ts';

/** Allows only the page's own files, and connections only to its own server. */
export const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ['data:'],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23b3261e'/%3E%3Cpath d='M4 5h8M4 8h8M4 11h5' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E";

const VIEWS = [
  { path: '/', name: 'Now' },
  { path: '/messages', name: 'Messages' },
  { path: '/feeds', name: 'Feeds' },
  { path: '/try', name: 'Try a query' },
  { path: '/search', name: 'Search' },
] as const;

export interface PageDocument {
  /** Path of the view to which the page belongs. */
  readonly view: (typeof VIEWS)[number]['path'];
  /** Title of the page, if it is not the view itself. */
  readonly title?: string;
  readonly content: Markup;
  /** The page follows what happens; without JavaScript it reloads itself. */
  readonly isLive?: boolean;
  readonly demo: boolean;
  readonly stack?: string | undefined;
}

/** Returns a whole page. */
export function pageDocument({ view, title, content, isLive = false, demo, stack }: PageDocument): Markup {
  const name = title ?? (view === '/' ? undefined : VIEWS.find(({ path }) => path === view)?.name);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name === undefined ? '' : `${name} - `}news-alerts${demo ? ' (demo)' : ''}${stack === undefined ? '' : ` (${stack})`}</title>
<link rel="icon" href="${ICON}">
${isLive ? markup`<noscript><meta http-equiv="refresh" content="15"></noscript>` : ''}
<link rel="stylesheet" href="${ASSETS.style}">
${isLive ? markup`<script defer src="${ASSETS.morph}"></script>\n<script defer src="${ASSETS.script}"></script>` : ''}
</head>
<body>
<a class="skip" href="#state">Skip to the content</a>
<header class="top">
<p class="brand"><a href="/">news-alerts</a></p>
<nav class="views" aria-label="Views">${VIEWS.map((one) => viewLink(one.path, one.name, one.path === view))}</nav>
</header>
${demo ? demoNotice() : ''}
${stack === undefined ? '' : markup`<p class="quiet">The deployment <b>${stack}</b>, read-only.</p>`}
${isLive ? LIVE_NOTICES : ''}
<div id="state" tabindex="-1">
${content}
</div>
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
