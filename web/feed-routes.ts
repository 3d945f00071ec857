import type { Context, Hono } from 'hono';
import { feedResults } from '../cli/doctor/check-feeds.ts';
import { feedTitle } from '../cli/feeds/feed-title.ts';
import { type FeedSearchResult, findFeed } from '../cli/feeds/find-feed.ts';
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
import { redactAddress } from '../functions/shared/redact-address.ts';
import { environmentSecrets } from '../functions/shared/secrets.ts';
import { feedStates } from '../functions/shared/store/feed-states.ts';
import { count } from '../functions/shared/text/count.ts';
import { applyEdit, editOf } from './config-edit.ts';
import { worstFirst } from './feed-list.ts';
import type { PageContext } from './page-context.ts';
import { fieldsOf } from './topic-routes.ts';
import { type FeedAdvice, type FeedsPage, feedsView } from './views/feeds.ts';
import { findView } from './views/find-feed.ts';

/** Feeds on one page, since browsers are slow with a list of thousands. */
const MAX_SHOWN = 100;
/** Feeds whose state is read for advice. */
const MAX_ADVISED = 100;
const MAX_CONCURRENT_READS = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The plots cover this many hours at first, and days later. */
const PLOT_HOURS = 48;
const PLOT_DAYS = 30;

/** Adds the view of the feeds, and the forms that add, pause, remove, poll, import and export them. */
export function addFeedRoutes(app: Hono, context: PageContext): void {
  const { data, form, show } = context;

  app.get('/feeds', async (c) => {
    const { done, id, n, all } = c.req.query();
    const feeds = worstFirst(data.feeds());
    const shown = all === undefined ? feeds.slice(0, MAX_SHOWN) : feeds;
    const plots = await plotsOf();
    const advice = await adviceOn(shown.filter(({ failures }) => failures > 0).map((feed) => feed.id));
    const paused = data.loaded().config.feeds.filter(({ enabled }) => !enabled);
    return show(c, { view: '/feeds', isLive: true }, () =>
      feedsView({
        feeds: shown,
        total: feeds.length,
        paused: paused.map((feed) => ({ id: feed.id, title: feed.title, url: redactAddress(feed.url) })),
        plots,
        note: plots ? undefined : data.pastNote?.(),
        advice,
        done: doneText(done, id, n),
        form: data.actions && form,
      }),
    );
  });

  app.get('/feeds/find', async (c) => {
    const text = c.req.query('address') ?? '';
    const found = await find(text, c.req.raw.signal);
    return show(c, { view: '/feeds', title: 'Add a feed' }, () =>
      findView({ address: text, found, known: data.loaded().config.feeds, now: Date.now(), form }),
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

  /** Returns the items of each feed over time, and the name of the periods; undefined if they are not known. */
  async function plotsOf(): Promise<FeedsPage['plots']> {
    const { now, startedAt = now } = data.status();
    const since = Date.parse(now) - Date.parse(startedAt);
    const days = await data.itemCounts(DAY_MS, PLOT_DAYS);
    if (!days) return undefined;
    const isYoung = [...days.values()].every((counts) => counts.slice(0, -2).every((n) => n === 0));
    const hours = isYoung || since < 0 ? await data.itemCounts(HOUR_MS, PLOT_HOURS) : undefined;
    return hours
      ? { counts: hours, period: `${PLOT_HOURS} hours` }
      : { counts: days, period: `${PLOT_DAYS} days` };
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

  async function find(
    text: string,
    signal: AbortSignal,
  ): Promise<FeedSearchResult | { readonly fault: string }> {
    const { loopbackFeeds } = context.actions();
    const parsed = parseAddress(text);
    if ('fault' in parsed) return parsed;
    const given = await feedAddress(parsed, environmentSecrets(process.env));
    if ('detail' in given) return { fault: given.detail };
    const fetch = httpFetch({ clock: Date.now, guard: { loopback: loopbackFeeds } });
    return findFeed(given.url, {
      fetch: (request) => {
        signal.throwIfAborted();
        return fetch(request);
      },
      read: parseFeed,
      now: Date.now,
      userAgent: data.loaded().config.userAgent,
      onStep: () => undefined,
    });
  }
}

function back(c: Context, done: string, more: Readonly<Record<string, string>>): Response {
  return c.redirect(`/feeds?${new URLSearchParams({ done, ...more })}`, 303);
}

/** Returns the sentence about a change that was just made. */
function doneText(done: string | undefined, id = '', n = '0'): string | undefined {
  const texts: Readonly<Record<string, string>> = {
    added: `${id} was added and is being read.`,
    polled: `${id} is being read.`,
    pause: `${id} is paused.`,
    resume: `${id} is read again.`,
    remove: `${id} was removed.`,
    imported: `${count(Number(n), 'feed was', 'feeds were')} added.`,
  };
  return done === undefined ? undefined : texts[done];
}
