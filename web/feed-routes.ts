import type { Context, Hono } from 'hono';
import { feedResults } from '../cli/doctor/check-feeds.ts';
import { feedTitle } from '../cli/feeds/feed-title.ts';
import { findFeed } from '../cli/feeds/find-feed.ts';
import { newFeeds, type SkippedOutline } from '../cli/feeds/new-feeds.ts';
import { readOpml, writeOpml } from '../cli/feeds/opml.ts';
import { feedKey, parseAddress, unusedId } from '../cli/feeds/parse-address.ts';
import { cutEntry } from '../config/edit/cut-entry.ts';
import { insertEntries } from '../config/edit/insert-entries.ts';
import { withPaused } from '../config/edit/pause-feed.ts';
import { feedAddress } from '../functions/poll/fetch/feed-address.ts';
import { httpFetch } from '../functions/poll/fetch/http-fetch.ts';
import { decode } from '../functions/poll/parser/encoding/decode.ts';
import { parseFeed } from '../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { generatedId } from '../functions/shared/feed-id.ts';
import { inParallel } from '../functions/shared/in-parallel.ts';
import { redactAddress } from '../functions/shared/redact-address.ts';
import { environmentSecrets, isReservedName, secretNames } from '../functions/shared/secrets.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { applyEdit, baseOf, type ConfigEdit, editOf } from './config-edit.ts';
import { feedName, worstFirst } from './feed-list.ts';
import type { PageContext } from './page-context.ts';
import { fieldsOf } from './topic-routes.ts';
import { type FeedAdvice, feedsView } from './views/feeds.ts';
import { type FoundAtAddress, findView } from './views/find-feed.ts';
import { removeFeedView } from './views/remove-feed.ts';

/** Feeds on one page, since browsers are slow with a list of thousands. */
const MAX_SHOWN = 100;
/** Feeds whose state is read for advice. */
const MAX_ADVISED = 100;
const MAX_CONCURRENT_READS = 8;

/** Adds the view of the feeds, and the forms that add, pause, remove, poll, import and export them. */
export function addFeedRoutes(app: Hono, context: PageContext): void {
  const { data, form, notes, show } = context;
  const isKnown = (id: string) => data.loaded().config.feeds.some((feed) => feed.id === id);
  /** Returns the name of a feed, as the list shows it. */
  const nameOf = (id: string) => {
    const feed = [...data.feeds(), ...data.loaded().config.feeds].find((one) => one.id === id);
    return feed ? feedName({ title: feed.title, url: redactAddress(feed.url) }) : id;
  };

  app.get('/feeds', async (c) => {
    const { all } = c.req.query();
    const feeds = worstFirst(data.feeds());
    const shown = all === undefined ? feeds.slice(0, MAX_SHOWN) : feeds;
    const plots = await data.itemCounts();
    const advice = await adviceOn(shown.filter(({ failures }) => failures > 0).map((feed) => feed.id));
    const paused = data.loaded().config.feeds.filter(({ enabled }) => !enabled);
    // A page of thousands would be read again too often.
    return show(c, { view: '/feeds', isLive: all === undefined }, () =>
      feedsView({
        feeds: shown,
        total: feeds.length,
        paused: paused.map((feed) => ({ id: feed.id, title: feed.title, url: redactAddress(feed.url) })),
        plots,
        note: plots ? undefined : data.pastNote?.(),
        advice,
        done: notes.of(c),
        form: data.actions && form,
      }),
    );
  });

  // A link of another site must not make this machine send requests, so only a form searches.
  app.get('/feeds/find', (c) => c.redirect('/feeds'));
  app.post('/feeds/find', async (c) => {
    const { address = '' } = await fieldsOf(c);
    const found = await find(address, c.req.raw.signal);
    return show(c, { view: '/feeds', title: 'Add a feed' }, () =>
      findView({ address, found, known: data.loaded().config.feeds, now: Date.now(), form }),
    );
  });

  app.get('/feeds/export.opml', (c) =>
    c.body(writeOpml(data.loaded().config.feeds), 200, {
      'content-type': 'text/x-opml; charset=utf-8',
      'content-disposition': 'attachment; filename="news-alerts.opml"',
    }),
  );

  app.post('/feeds/add', async (c) => {
    const { address = '', title = '' } = await fieldsOf(c);
    const parsed = parseAddress(address);
    if ('fault' in parsed) throw new NewsAlertsError(`expected the address of a feed, got ${parsed.fault}`);
    const { url } = parsed;
    let added = '';
    const edit = editOf(context.actions(), ({ text, loaded }) => {
      const { feeds } = loaded.config;
      const known = feeds.find((feed) => feedKey(feed.url) === feedKey(url));
      if (known) throw new NewsAlertsError(`the file already has this feed, as ${known.id}`);
      added = unusedId(generatedId(url), url, new Set(feeds.map(({ id }) => id)));
      const name = feedTitle(title);
      return insertEntries(text, 'feeds', [{ id: added, url, ...(name === '' ? {} : { title: name }) }]);
    });
    await applyEdit(context.actions(), edit);
    return notes.redirect(c, '/feeds', `${nameOf(added)} was added and is being read.`);
  });

  app.get('/feeds/:id/remove', (c) => {
    const { id } = c.req.param();
    return showRemoval(c, id, removal(id), false);
  });

  app.post('/feeds/:id/:action', async (c) => {
    const { id, action } = c.req.param();
    const actions = context.actions();
    if (action === 'poll') {
      if (!isKnown(id))
        throw new NewsAlertsError(`expected the id of a feed, got ${id}; nothing was changed`);
      await actions.pollNow(id);
      return notes.redirect(c, '/feeds', `${nameOf(id)} is being read.`);
    }
    if (action === 'remove') {
      const edit = removal(id);
      const { base } = await fieldsOf(c);
      if (baseOf(edit) !== base) return showRemoval(c, id, edit, true);
      const name = nameOf(id);
      await applyEdit(actions, edit);
      return notes.redirect(c, '/feeds', `${name} was removed.`);
    }
    const isPause = action === 'pause';
    if (!isPause && action !== 'resume')
      throw new NewsAlertsError(`expected poll, pause, resume or remove, got ${action}`);
    await applyEdit(
      actions,
      feedEdit(id, (text, index) => withPaused(text, index, isPause)),
    );
    return notes.redirect(c, '/feeds', `${nameOf(id)} ${isPause ? 'is paused' : 'is read again'}.`);
  });

  app.post('/feeds/import', async (c) => {
    const { file } = await c.req.parseBody();
    if (!(file instanceof File) || file.size === 0)
      throw new NewsAlertsError(
        'expected an OPML file, got none; choose the file that another reader exported',
      );
    const opml = readOpml(await decode(new Uint8Array(await file.arrayBuffer()), ''));
    if (opml.outlines.length === 0)
      throw new NewsAlertsError(
        `expected OPML with feeds, got ${opml.root === undefined ? 'another document' : `<${opml.root}> without outlines`}`,
      );
    let added = 0;
    let leftOut: readonly SkippedOutline[] = [];
    const edit = editOf(context.actions(), ({ text, loaded }) => {
      const { feeds, skipped } = newFeeds(opml.outlines, loaded.config.feeds);
      added = feeds.length;
      leftOut = skipped;
      return added === 0 ? text : insertEntries(text, 'feeds', feeds);
    });
    if (added > 0) await applyEdit(context.actions(), edit);
    return notes.redirect(
      c,
      '/feeds',
      `${count(added, 'feed was', 'feeds were')} added.${leftOutText(leftOut)}`,
    );
  });

  /** Returns an edit of a feed's entry, which is at `index` of the list. */
  function feedEdit(id: string, change: (text: string, index: number) => string | undefined): ConfigEdit {
    return editOf(context.actions(), ({ text, loaded, file }) => {
      const index = loaded.config.feeds.findIndex((feed) => feed.id === id);
      if (index === -1) throw new NewsAlertsError(`${file}: expected a feed with the id ${id}, got none`);
      return change(text, index);
    });
  }

  function removal(id: string): ConfigEdit {
    return feedEdit(id, (text, index) => cutEntry(text, 'feeds', index));
  }

  function showRemoval(c: Context, id: string, edit: ConfigEdit, isAgain: boolean): Response {
    return show(c, { view: '/feeds', title: 'Remove a feed' }, () =>
      removeFeedView({ id, title: nameOf(id), edit, form, isAgain }),
    );
  }

  /** Returns what doctor says about these feeds, by id. */
  async function adviceOn(ids: readonly string[]): Promise<ReadonlyMap<string, FeedAdvice>> {
    const states = feedStates(data.table());
    const now = Date.parse(data.status().now);
    const advice = new Map<string, FeedAdvice>();
    const feeds = data.loaded().config.feeds.filter(({ id }) => ids.includes(id));
    await inParallel(feeds.slice(0, MAX_ADVISED), MAX_CONCURRENT_READS, async (feed) => {
      const { seen: _, ...state } = await states.get(feed.id);
      const facts = { now, changedAt: undefined, differs: false, deploy: undefined };
      const result = feedResults([{ feed, state }], facts).find(({ about }) => about === feed.id);
      if (result?.next) advice.set(feed.id, { seen: result.seen, next: result.next });
    });
    return advice;
  }

  async function find(text: string, signal: AbortSignal): Promise<FoundAtAddress> {
    const { environment, loopbackFeeds } = context.actions();
    const parsed = parseAddress(text);
    if ('fault' in parsed) return parsed;
    const reserved = secretNames(parsed.url).find(isReservedName);
    if (reserved !== undefined)
      return { fault: `an address with the variable ${reserved}, which no feed may use` };
    const given = await feedAddress(parsed, environmentSecrets(environment()));
    if ('detail' in given) return { fault: given.detail };
    const fetch = httpFetch({ clock: Date.now, guard: { loopback: loopbackFeeds } });
    const result = await findFeed(given.url, {
      fetch: (request) => {
        signal.throwIfAborted();
        return fetch(request);
      },
      read: parseFeed,
      now: Date.now,
      userAgent: data.loaded().config.userAgent,
      onStep: () => undefined,
    });
    return {
      result,
      given,
      // The file gets the names of secrets as the reader wrote them, and no name that a site wrote.
      configured: (url) => (url === given.url ? parsed.url : given.toConfigured(url)),
    };
  }
}

/** Returns how many outlines were left out, by reason. */
function leftOutText(skipped: readonly SkippedOutline[]): string {
  if (skipped.length === 0) return '';
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)].map(
    ([reason, list]) => `${list.length} (${reason})`,
  );
  return ` Left out: ${reasons.join(', ')}.`;
}
