import type { Hono } from 'hono';
import { AlertLog } from '../cli/alerts/alert-log.ts';
import { explainItem, findItem } from '../cli/alerts/explain-item.ts';
import { markup } from '../functions/shared/markup.ts';
import { mutes } from '../functions/shared/store/mutes.ts';
import { alertCard } from './alert-card.ts';
import { alertList } from './alert-list.ts';
import { type PageView, pathOf } from './link.ts';
import type { PageContext } from './page-context.ts';
import { searchItems } from './search-items.ts';
import { SilentTopics } from './silent-topics.ts';
import { storiesIn } from './stories.ts';
import { FEED_FORMATS, type FeedFormat, topicFeed } from './topic-feed.ts';
import { MAX_QUERY } from './try-answer.ts';
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
  const { data, form, hueOf, show } = context;

  const silent = new SilentTopics(data);

  app.get('/', (c) =>
    show(c, { view: '/', isLive: true }, () =>
      nowView({
        messages: data.alerts(),
        feeds: data.feeds(),
        status: data.status(),
        view: viewOf(c.req.query()),
        silent: silent.current(),
        hueOf,
        stack: data.stack,
      }),
    ),
  );

  app.get('/messages', (c) =>
    show(
      c,
      // A page of hundreds would be read again too often.
      { view: '/messages', isLive: !viewOf(c.req.query()).all },
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
    const isMuted = (await mutes(data.table()).of(topicId)).has(storyId);
    return show(c, { view: '/', title: story.title, isLive: true }, () =>
      storyView({
        topicId,
        topicName: topic?.name ?? topicId,
        story,
        reports,
        messages,
        isMuted,
        feedTitle,
        hueOf,
        form: data.actions && form,
      }),
    );
  });

  app.post('/stories/:topic/:story/:action{mute|unmute}', async (c) => {
    const { topic, story, action } = c.req.param();
    const actions = context.actions();
    if (!(await new AlertLog(data.table()).stories(topic)).has(story)) return c.notFound();
    await actions.muteStory(topic, story, action === 'mute');
    return c.redirect(pathOf('stories', topic, story), 303);
  });

  app.get('/topics/:id/:file{feed\\.(?:atom|json)}', (c) => {
    const id = c.req.param('id');
    const format: FeedFormat = c.req.param('file') === 'feed.atom' ? 'atom' : 'json';
    const { topics, startedAt, now } = data.status();
    const topic = topics.find((one) => one.id === id);
    if (!topic) return c.notFound();
    const stories = storiesIn(data.alerts()).filter(({ topicId }) => topicId === id);
    const feed = {
      topicId: id,
      topicName: topic.name,
      address: c.req.url,
      stories,
      startedAt: startedAt ?? now,
    };
    return c.body(topicFeed(format, feed), 200, { 'content-type': FEED_FORMATS[format].type });
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
    return show(c, { view: '/search' }, () => searchView(query, found, data.pastNote?.()));
  });
}
