import { describeOffer } from '../../cli/feeds/describe-offer.ts';
import { feedPreview } from '../../cli/feeds/feed-preview.ts';
import { feedTitle } from '../../cli/feeds/feed-title.ts';
import type { FeedSearchResult } from '../../cli/feeds/find-feed.ts';
import { feedKey } from '../../cli/feeds/parse-address.ts';
import type { FeedDocument } from '../../functions/poll/parser/parse.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { type ChangeForm, hidden } from '../forms.ts';

export interface FindPage {
  /** As the reader wrote it. */
  readonly address: string;
  readonly found: FeedSearchResult | { readonly fault: string };
  readonly known: readonly Feed[];
  readonly now: number;
  readonly form: ChangeForm;
}

/** Returns what an address leads to: the feeds there, each with its newest items and a button that adds it. */
export function findView(page: FindPage): Markup {
  const { address } = page;
  return markup`<main>
<h1>Add a feed</h1>
<form action="/feeds/find" class="line">
<p class="field wide"><label for="address">Address of a site or a feed</label>
<input id="address" name="address" value="${address}" required maxlength="2000" autocomplete="off" spellcheck="false" inputmode="url"></p>
<p class="field"><button>Find</button></p>
</form>
${result(page)}
<p><a href="/feeds">Back to the feeds</a></p>
</main>`;
}

function result(page: FindPage): Markup {
  const { address, found, now } = page;
  if ('fault' in found)
    return trouble(
      `Expected the address of a site or a feed, got ${redactAddress(address)}: ${found.fault}.`,
    );
  if (found.kind === 'none') {
    const tried = found.tried.length === 0 ? '' : ` Also tried: ${found.tried.join(', ')}.`;
    return trouble(
      `No feed at ${redactAddress(found.url)}: ${safeText(found.failure.detail)}.${tried} Look for a link to RSS or Atom on the page, and give its address.`,
    );
  }
  if (found.kind === 'feed') return offer(page, found.url, found.feed, undefined);
  return markup`<p class="sum" role="status">${redactAddress(found.page)} leads to ${String(found.offers.length)} feeds, the best first:</p>
${found.offers.map((one) => offer(page, one.url, one.found?.feed, describeOffer(one, now)))}`;
}

function offer(
  { known, now, form }: FindPage,
  url: string,
  document: FeedDocument | undefined,
  description: string | undefined,
): Markup {
  const has = known.find((feed) => feedKey(feed.url) === feedKey(url));
  const title = feedTitle(document?.title ?? '');
  const [, ...preview] = document ? feedPreview(document, redactAddress(url), now) : [];
  return markup`<article class="offer">
<h2 dir="auto">${title || redactAddress(url)}</h2>
<p class="source">${redactAddress(url)}${description === undefined ? '' : markup`<br>${description}`}</p>
${preview.length > 0 ? markup`<pre>${preview.join('\n')}</pre>` : ''}
${
  has
    ? markup`<p class="quiet">The file already has this feed, as <b>${has.id}</b>.</p>`
    : form(
        '/feeds/add',
        markup`${hidden('address', url)}${hidden('title', title)}<p class="buttons"><button>Add ${title || 'this feed'}</button></p>`,
      )
}
</article>`;
}

function trouble(text: string): Markup {
  return markup`<p class="trouble" role="alert">${text}</p>`;
}
