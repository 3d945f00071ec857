import { describe, expect, it } from 'vitest';
import type { Alert, AlertEntry } from '../../functions/shared/model.ts';
import type { PageMessage } from '../../local/page-data.ts';
import { acrossTopics } from '../../web/across-topics.ts';
import { storiesIn } from '../../web/stories.ts';
import { alertEntry, alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import { readHtml, servePage } from './served-page.ts';

let sent = 0;
/** Returns a message of a topic about some reports of one story, which was sent after all earlier ones. */
function message(topicId: string, storyId: string, ...reports: readonly Partial<AlertEntry>[]): PageMessage {
  sent++;
  const entries = reports.map((report) =>
    alertEntry({ storyId, title: `Title of ${report.itemId}`, ...report }),
  );
  return {
    messageId: `m${sent}`,
    at: new Date(Date.UTC(2031, 9, 14, 8, sent)).toISOString(),
    subject: '',
    alert: alertOf({ id: `a${sent}`, topicId, topicName: topicId.toUpperCase(), entries }),
    deliveries: [],
  };
}

/** Returns the stories of some messages in the order in which they were sent, as a person reads them. */
const shown = (...messages: readonly PageMessage[]) =>
  acrossTopics(storiesIn(messages.toReversed())).map(
    ({ topicId, otherTopics, reports, retellings, messages }) => ({
      topics: [topicId, ...otherTopics.map((other) => other.topicId)],
      reports: reports.map(({ entry }) => entry.itemId),
      retellings: retellings.map(({ entry }) => entry.itemId),
      messages: messages.map(({ messageId }) => messageId),
    }),
  );

describe('a story of several topics', () => {
  it('is one, with all of its topics, reports and messages', () => {
    sent = 0;
    expect(
      shown(
        message('talks', '1', { itemId: '1' }),
        message('lumen', '1', { itemId: '1' }),
        message('lumen', '1', { itemId: '2' }),
        message('talks', '1', { itemId: '3' }, { itemId: '4', role: 'also' }),
      ),
    ).toEqual([
      {
        topics: ['talks', 'lumen'],
        reports: ['1', '2', '3'],
        retellings: ['4'],
        messages: ['m1', 'm2', 'm3', 'm4'],
      },
    ]);
  });

  it('is one if a topic missed its first report', () => {
    const [story, ...others] = shown(
      message('talks', '1', { itemId: '1' }),
      message('talks', '1', { itemId: '2' }),
      message('lumen', '2', { itemId: '2' }),
    );
    expect(others).toEqual([]);
    expect(story).toMatchObject({ topics: ['talks', 'lumen'], reports: ['1', '2'] });
  });

  it('stays one while both topics get reports that the other misses', () => {
    const stories = shown(
      message('talks', '1', { itemId: '1' }, { itemId: '2' }, { itemId: '3' }),
      message('lumen', '2', { itemId: '2' }, { itemId: '3' }),
      message('lumen', '2', { itemId: '4' }),
    );
    expect(stories.map(({ topics, reports }) => [topics, reports])).toEqual([
      [
        ['talks', 'lumen'],
        ['1', '2', '3', '4'],
      ],
    ]);
  });

  it('is not one if they share only a report on several events', () => {
    const stories = shown(
      message('weather', '1', { itemId: '1' }, { itemId: '2' }, { itemId: '3' }),
      message('politics', '1', { itemId: '1' }, { itemId: '4' }, { itemId: '5' }),
    );
    expect(stories.map(({ topics }) => topics)).toEqual([['politics'], ['weather']]);
  });

  it('is one with the story that has its first report, if the reader has split it in one topic', () => {
    const stories = shown(
      message('talks', '1', { itemId: '1' }),
      message('lumen', '1', { itemId: '1' }, { itemId: '2' }),
      message('talks', '2', { itemId: '2' }),
    );
    expect(stories.map(({ topics }) => topics)).toEqual([['talks'], ['lumen', 'talks']]);
  });

  it('is not one with another story of its own topic, or of another event', () => {
    const topics = shown(
      message('talks', '1', { itemId: '1' }),
      message('talks', '2', { itemId: '1' }),
      message('lumen', '3', { itemId: '3' }),
    ).map((story) => story.topics);
    expect(topics).toEqual([['lumen'], ['talks'], ['talks']]);
  });

  it('stands where its latest message would', () => {
    const first = shown(
      message('talks', '1', { itemId: '1' }, { itemId: '2' }),
      message('ferries', '5', { itemId: '5' }),
      message('lumen', '1', { itemId: '1' }),
    ).map((story) => story.topics);
    expect(first).toEqual([['talks', 'lumen'], ['ferries']]);
  });

  it('has one card, with a link to each topic', async () => {
    const { outbox, get } = await servePage();
    const alert = (topicId: string, topicName: string): Alert => alertOf({ id: topicId, topicId, topicName });
    outbox.recordPublish(publishedMessage('a', alert('summit', 'Summit')));
    outbox.recordPublish(publishedMessage('b', alert('floods', 'Floods')));
    const { tags, text } = readHtml((await get('/')).body);
    expect(tags.filter(({ attributes }) => attributes.class === 'tale')).toHaveLength(1);
    expect(text).toMatch(/Summit\s+Floods\s+1 source/);
    expect(text).toContain('2 messages');
    const own = readHtml((await get('/?topic=floods')).body);
    expect(own.text).toMatch(/Floods\s+1 source/);
    expect(own.text).toContain('1 message');
  });
});
