import { describeOffer } from '../../cli/feeds/describe-offer.ts';
import { feedPreview } from '../../cli/feeds/feed-preview.ts';
import { feedTitle } from '../../cli/feeds/feed-title.ts';
import type { FeedSearchResult } from '../../cli/feeds/find-feed.ts';
import { feedKey } from '../../cli/feeds/parse-address.ts';
import type { FeedAddress } from '../../functions/poll/fetch/plain-address.ts';
import type { FeedDocument } from '../../functions/poll/parser/parse.ts';
import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { safeText } from '../../functions/shared/text/safe-text.ts';
import { type ChangeForm, hidden } from '../forms.ts';

/** What an address leads to, or why it is none. */
export type FoundAtAddress =
  | { readonly fault: string }
  | {
      readonly result: FeedSearchResult;
      /** The address that was requested. */
      readonly given: FeedAddress;
      /** Returns an address that was found as the file gets it. */
      readonly configured: (url: string) => string;
    };

export interface FindPage {
  /** As the reader wrote it. */
  readonly address: string;
  readonly found: FoundAtAddress;
  readonly known: readonly Feed[];
  readonly now: number;
  readonly form: ChangeForm;
}

/** Returns what an address leads to: the feeds there, each with its newest items and a button that adds it. */
export function findView(page: FindPage): Markup {
  const { address, form } = page;
  return markup`<main>
<h1>Add a feed</h1>
${findForm(form, 'Address of a site or a feed', address)}
${resultBlock(page)}
<p><a href="/feeds">Back to the feeds</a></p>
</main>`;
}

/** Returns the form that searches for feeds at an address. */
export function findForm(form: ChangeForm, label: string, address = ''): Markup {
  return form(
    '/feeds/find',
    markup`<div class="line"><p class="field wide"><label for="address">${label}</label>
<input id="address" name="address" value="${address}" required maxlength="2000" autocomplete="off" spellcheck="false" inputmode="url"></p>
<p class="field"><button>Find</button></p></div>`,
  );
}

function resultBlock(page: FindPage): Markup {
  const { address, found, now } = page;
  if ('fault' in found)
    return trouble(
      `Expected the address of a site or a feed, got “${redactAddress(address)}”, ${found.fault}.`,
    );
  const { result, given } = found;
  if (result.kind === 'none') {
    const tried = result.tried.length === 0 ? '' : ` Also tried: ${result.tried.join(', ')}.`;
    return trouble(
      given.forDisplay(
        `No feed at ${result.url}: ${safeText(result.failure.detail)}.${tried}${result.failure.kind === 'html' ? ' Look for a link to RSS or Atom on the page, and give its address.' : ''}`,
      ),
    );
  }
  const show = (one: ShownOffer) => offerBlock(page, found, one);
  if (result.kind === 'feed') return show({ url: result.url, document: result.feed });
  return markup`<p class="sum" role="status">${given.forDisplay(result.page)} leads to ${String(result.offers.length)} feeds, the best first:</p>
${result.offers.map((one) =>
  show({ url: one.url, document: one.found?.feed, description: given.redact(describeOffer(one, now)) }),
)}`;
}

interface ShownOffer {
  readonly url: string;
  readonly document?: FeedDocument | undefined;
  readonly description?: string;
}

function offerBlock(
  { known, now, form }: FindPage,
  { given, configured }: Exclude<FoundAtAddress, { readonly fault: string }>,
  { url, document, description }: ShownOffer,
): Markup {
  const address = configured(url);
  const shown = redactAddress(address);
  const has = known.find((feed) => feedKey(feed.url) === feedKey(address));
  const safe = document && given.redactDocument(document);
  const title = feedTitle(safe?.title ?? '');
  const [, ...preview] = safe ? feedPreview(safe, shown, now) : [];
  return markup`<article class="offer">
<h2 dir="auto">${title || shown}</h2>
<p class="source">${shown}${description === undefined ? '' : markup`<br>${description}`}</p>
${preview.length > 0 ? markup`<pre>${preview.join('\n')}</pre>` : ''}
${
  has
    ? markup`<p class="quiet">The file already has this feed, as <b>${has.id}</b>.</p>`
    : form(
        '/feeds/add',
        markup`${hidden('address', address)}${hidden('title', title)}<p class="buttons"><button>Add ${title || 'this feed'}</button></p>`,
      )
}
</article>`;
}

function trouble(text: string): Markup {
  return markup`<p class="trouble" role="alert">${text}</p>`;
}
