import type { Hono } from 'hono';
import { AlertLog } from '../cli/alerts/alert-log.ts';
import { explainItem, findItem } from '../cli/alerts/explain-item.ts';
import { markup } from '../functions/shared/markup.ts';
import { alertCard } from './alert-card.ts';
import { alertList } from './alert-list.ts';
import type { PageView } from './link.ts';
import type { PageContext } from './page-context.ts';
import { searchItems } from './search-items.ts';
import { inTimeZone } from './time-markup.ts';
import { itemView } from './views/item.ts';
import { messageView } from './views/message.ts';
import { nowView } from './views/now.ts';
import { searchView } from './views/search.ts';
import { storyView } from './views/story.ts';

const viewOf = (query: Readonly<Record<string, string>>): PageView => ({
  topic: query.topic ?? null,
  all: 'all' in query,
});

/** Adds the views that only show: what goes on, messages, stories, items and the search. */
export function addViewRoutes(app: Hono, context: PageContext): void {
  const { data, hueOf, show } = context;

  app.get('/', (c) =>
    show(c, { view: '/', isLive: true }, () =>
      nowView({
        messages: data.alerts(),
        feeds: data.feeds(),
        status: data.status(),
        view: viewOf(c.req.query()),
        hueOf,
        stack: data.stack,
      }),
    ),
  );

  app.get('/messages', (c) =>
    show(
      c,
      { view: '/messages', isLive: true },
      () => markup`<main><h1 class="unseen">Messages</h1>
${alertList(data.alerts(), viewOf(c.req.query()), (entry) => alertCard(entry, hueOf), data.status().messageDays)}</main>`,
    ),
  );

  app.get('/messages/:id', (c) => {
    const entry = data.alerts().find(({ messageId }) => messageId === c.req.param('id'));
    if (!entry) return c.notFound();
    const title = entry.subject || 'Message';
    return show(c, { view: '/messages', title, isLive: true }, () => messageView(entry, hueOf));
  });

  app.get('/stories/:topic/:story', async (c) => {
    const { topic: topicId, story: storyId } = c.req.param();
    const log = new AlertLog(data.table());
    const story = (await log.stories(topicId)).get(storyId);
    if (!story) return c.notFound();
    const reports = (await log.items(topicId)).filter((item) => item.storyId === storyId);
    const topic = data.loaded().config.topics.find(({ id }) => id === topicId);
    const messages = data
      .alerts()
      .filter(
        ({ alert }) => alert?.topicId === topicId && alert.entries.some((entry) => entry.storyId === storyId),
      );
    const { feeds } = data.loaded().config;
    const feedTitle = (id: string) =>
      data.feeds().find((feed) => feed.id === id)?.title ?? feeds.find((feed) => feed.id === id)?.title ?? id;
    return show(c, { view: '/', title: story.title, isLive: true }, () =>
      storyView({ topicId, topicName: topic?.name ?? topicId, story, reports, messages, feedTitle, hueOf }),
    );
  });

  app.get('/items/:id', async (c) => {
    const { config } = data.loaded();
    const table = data.table();
    const items = await findItem(table, c.req.param('id'));
    const [first] = items;
    if (!first) return c.notFound();
    const zone = config.timeZone ?? 'UTC';
    const lines = await explainItem(new AlertLog(table), items, config.topics, config.feeds, zone);
    return show(c, { view: '/search', title: first.title }, () => itemView(first, lines));
  });

  app.get('/search', async (c) => {
    const query = (c.req.query('q') ?? '').slice(0, MAX_QUERY);
    const found = query.trim() === '' ? undefined : await searchItems(data, query, c.req.raw.signal);
    return show(c, { view: '/search' }, () =>
      inTimeZone(data.status().timeZone, () => searchView(query, found, data.pastNote?.())),
    );
  });
}

const MAX_QUERY = 4_000;
