import type { Hono } from 'hono';
import { AlertLog } from '../cli/alerts/alert-log.ts';
import { explainItem, findItem } from '../cli/alerts/explain-item.ts';
import { STORY_WINDOW_MS } from '../functions/notify/story/find-story.ts';
import { splitRefusal } from '../functions/notify/story/split-story.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { FEED_FORMATS, type FeedFormat } from '../functions/shared/feed-formats.ts';
import { markup } from '../functions/shared/markup.ts';
import type { AlertEntry } from '../functions/shared/model.ts';
import { mutes } from '../functions/shared/store/mutes.ts';
import { topicFeed } from '../functions/shared/topic-feed.ts';
import { alertCard } from './alert-card.ts';
import { alertList } from './alert-list.ts';
import { type PageView, pathOf } from './link.ts';
import type { PageContext } from './page-context.ts';
import { searchItems } from './search-items.ts';
import { SilentTopics } from './silent-topics.ts';
import { feedStory, storiesIn } from './stories.ts';
import { MAX_QUERY } from './try-answer.ts';
import { itemView } from './views/item.ts';
import { messageView } from './views/message.ts';
import { nowView } from './views/now.ts';
import { searchView } from './views/search.ts';
import { splitView } from './views/split.ts';
import { storyView } from './views/story.ts';

const viewOf = (query: Readonly<Record<string, string>>): PageView => ({
  topic: query.topic ?? null,
  all: 'all' in query,
});

/** Adds the views that only show: what goes on, messages, stories, items and the search. */
export function addViewRoutes(app: Hono, context: PageContext): void {
  const { data, form, hueOf, show } = context;

  const silent = new SilentTopics(data);
  const now = () => Date.parse(data.status().now);
  const topicName = (id: string) => data.loaded().config.topics.find((topic) => topic.id === id)?.name ?? id;
  const feedTitle = (id: string) =>
    [...data.feeds(), ...data.loaded().config.feeds].find((feed) => feed.id === id)?.title ?? id;

  app.get('/', (c) => {
    const view = viewOf(c.req.query());
    if (view.topic !== null && !data.status().topics.some(({ id }) => id === view.topic)) return c.notFound();
    return show(c, { view: '/', isLive: true }, () =>
      nowView({
        messages: data.alerts(),
        feeds: data.feeds(),
        status: data.status(),
        view,
        silent: silent.current(),
        hueOf,
        stack: data.stack,
      }),
    );
  });

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
    const stories = await log.stories(topicId);
    const story = stories.get(storyId);
    if (!story) return c.notFound();
    const reports = (await log.items(topicId)).filter((item) => item.storyId === storyId);
    const itemIds = new Set(reports.map(({ itemId }) => itemId));
    // A report that was taken out of another story was listed under that one.
    const isAbout = (entry: AlertEntry) => entry.storyId === storyId || itemIds.has(entry.itemId);
    const messages = data.alerts().flatMap((message) => {
      const { alert } = message;
      const entries = alert?.topicId === topicId ? alert.entries.filter(isAbout) : [];
      return alert && entries.length > 0 ? [{ ...message, alert: { ...alert, entries } }] : [];
    });
    const isMuted = (await mutes(data.table()).of(topicId)).has(storyId);
    return show(c, { view: '/', title: story.title, isLive: true }, () =>
      storyView({
        topicId,
        topicName: topicName(topicId),
        story,
        reports,
        messages,
        isMuted,
        isOpen: Date.parse(story.openedAt) >= now() - STORY_WINDOW_MS,
        splitFrom: story.splitFrom === undefined ? undefined : stories.get(story.splitFrom),
        takenOut: [...stories.values()].filter(({ splitFrom }) => splitFrom === storyId),
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

  app.get('/stories/:topic/:story/split/:item', async (c) => {
    const { topic: topicId, story: storyId, item: itemId } = c.req.param();
    context.actions();
    const log = new AlertLog(data.table());
    const story = (await log.stories(topicId)).get(storyId);
    const report = (await log.items(topicId)).find((one) => one.itemId === itemId && one.storyId === storyId);
    if (!story || !report) return c.notFound();
    const reason = await splitRefusal(data.table(), { topicId, itemId, now: now() });
    if (reason !== undefined) throw new NewsAlertsError(reason);
    return show(c, { view: '/', title: 'Not the same story' }, () =>
      splitView({ topicId, topicName: topicName(topicId), story, report, feedTitle, hueOf, form }),
    );
  });

  app.post('/stories/:topic/:story/split/:item', async (c) => {
    const { topic, item } = c.req.param();
    const result = await context.actions().splitStory(topic, item);
    if (result.kind !== 'split') throw new NewsAlertsError(result.reason);
    return c.redirect(pathOf('stories', topic, result.storyId), 303);
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
      stories: stories.map(feedStory),
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
