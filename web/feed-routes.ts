import type { Context, Hono } from 'hono';
import { feedResults } from '../cli/doctor/check-feeds.ts';
import { feedTitle } from '../cli/feeds/feed-title.ts';
import { findFeed } from '../cli/feeds/find-feed.ts';
import { newFeeds } from '../cli/feeds/new-feeds.ts';
import { readOpml, writeOpml } from '../cli/feeds/opml.ts';
import { feedKey, parseAddress, unusedId } from '../cli/feeds/parse-address.ts';
import { cutEntry } from '../config/edit/cut-entry.ts';
import { insertEntries } from '../config/edit/insert-entries.ts';
import { setKey } from '../config/edit/set-key.ts';
import { feedAddress } from '../functions/poll/fetch/feed-address.ts';
import { httpFetch } from '../functions/poll/fetch/http-fetch.ts';
import { decode } from '../functions/poll/parser/encoding/decode.ts';
import { parseFeed } from '../functions/poll/parser/parse.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { generatedId } from '../functions/shared/feed-id.ts';
import { inParallel } from '../functions/shared/in-parallel.ts';
import { ownValue } from '../functions/shared/own-value.ts';
import { redactAddress } from '../functions/shared/redact-address.ts';
import { environmentSecrets, isReservedName, secretNames } from '../functions/shared/secrets.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { applyEdit, editOf } from './config-edit.ts';
import { worstFirst } from './feed-list.ts';
import type { PageContext } from './page-context.ts';
import { fieldsOf } from './topic-routes.ts';
import { type FeedAdvice, feedsView } from './views/feeds.ts';
import { type FoundAtAddress, findView } from './views/find-feed.ts';

/** Feeds on one page, since browsers are slow with a list of thousands. */
const MAX_SHOWN = 100;
/** Feeds whose state is read for advice. */
const MAX_ADVISED = 100;
const MAX_CONCURRENT_READS = 8;

/** Adds the view of the feeds, and the forms that add, pause, remove, poll, import and export them. */
export function addFeedRoutes(app: Hono, context: PageContext): void {
  const { data, form, show } = context;
  // Anybody can write a link with another id.
  const isKnown = (id = '') => data.loaded().config.feeds.some((feed) => feed.id === id);

  app.get('/feeds', async (c) => {
    const { done, id, n, all } = c.req.query();
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
        done: doneText(done, isKnown(id) ? id : undefined, n),
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
    return back(c, 'added', { id: added });
  });

  app.post('/feeds/:id/:action', async (c) => {
    const { id, action } = c.req.param();
    const actions = context.actions();
    if (action === 'poll') {
      if (!isKnown(id))
        throw new NewsAlertsError(`expected the id of a feed, got ${id}; nothing was changed`);
      await actions.pollNow(id);
      return back(c, 'polled', { id });
    }
    const edit = editOf(actions, ({ text, loaded, file }) => {
      const index = loaded.config.feeds.findIndex((feed) => feed.id === id);
      if (index === -1) throw new NewsAlertsError(`${file}: expected a feed with the id ${id}, got none`);
      if (action === 'pause') return setKey(text, 'feeds', index, 'enabled', false);
      if (action === 'resume')
        return (
          setKey(text, 'feeds', index, 'enabled', undefined) ?? setKey(text, 'feeds', index, 'enabled', true)
        );
      if (action === 'remove') return cutEntry(text, 'feeds', index);
      throw new NewsAlertsError(`expected poll, pause, resume or remove, got ${action}`);
    });
    await applyEdit(actions, edit);
    return back(c, action, { id });
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
    const edit = editOf(context.actions(), ({ text, loaded }) => {
      const { feeds } = newFeeds(opml.outlines, loaded.config.feeds);
      added = feeds.length;
      return added === 0 ? text : insertEntries(text, 'feeds', feeds);
    });
    if (added > 0) await applyEdit(context.actions(), edit);
    return back(c, 'imported', { n: String(added) });
  });

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

function back(c: Context, done: string, more: Readonly<Record<string, string>>): Response {
  return c.redirect(`/feeds?${new URLSearchParams({ done, ...more })}`, 303);
}

/** Returns the sentence about a change that was just made. */
function doneText(done: string | undefined, id = 'The feed', n = '0'): string | undefined {
  const texts: Readonly<Record<string, string>> = {
    added: `${id} was added and is being read.`,
    polled: `${id} is being read.`,
    pause: `${id} is paused.`,
    resume: `${id} is read again.`,
    remove: `${id} was removed.`,
    imported: `${count(Math.trunc(Number(n)) || 0, 'feed was', 'feeds were')} added.`,
  };
  return done === undefined ? undefined : ownValue(texts, done);
}
