import { describe, expect, it } from 'vitest';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { alertEntry, alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import { servePage } from './served-page.ts';

const EVIL = '<script>alert(1)</script> & ]]> "quoted"';

async function serve() {
  const page = await servePage();
  page.outbox.recordPublish(
    publishedMessage(
      'a',
      alertOf({
        entries: [alertEntry({ storyId: 's1', title: EVIL, summary: `More: ${EVIL}`, feed: 'The Herald' })],
      }),
      {
        at: '2031-10-14T08:00:00.000Z',
      },
    ),
  );
  return page;
}

const read = async (body: string, type: string) => {
  const parsed = await parseFeed(Buffer.from(body), {
    contentType: type,
    url: 'http://127.0.0.1/',
    now: Date.now(),
  });
  if (!parsed.ok) throw new Error('expected a feed');
  return parsed.feed;
};

describe.each(['atom', 'json'])('the alerts of a topic as %s', (format) => {
  it('have an entry for each story, which keeps its id when the story develops', async () => {
    const { get, outbox } = await serve();
    const path = `/topics/summit/feed.${format}`;
    const first = await get(path);
    const type = String(first.headers['content-type']);
    expect([first.status, type]).toEqual([
      200,
      `application/${format === 'atom' ? 'atom+xml' : 'feed+json'}; charset=utf-8`,
    ]);
    const before = await read(first.body, type);
    outbox.recordPublish(
      publishedMessage(
        'b',
        alertOf({
          kind: 'follow-up',
          entries: [
            alertEntry({ storyId: 's1', itemId: 'i2', role: 'development', title: 'A treaty is signed' }),
          ],
        }),
        { at: '2031-10-14T09:00:00.000Z' },
      ),
    );
    const { body } = await get(path);
    const after = await read(body, type);
    expect(after.entries.map(({ guid }) => guid)).toEqual(before.entries.map(({ guid }) => guid));
    expect(after.entries).toHaveLength(1);
    // The mail of those who get one a day repeats what others got at once.
    const repeated = alertOf({ kind: 'digest', entries: [alertEntry({ storyId: 's1', title: EVIL })] });
    outbox.recordPublish(publishedMessage('c', repeated, { at: '2031-10-15T08:00:00.000Z' }));
    expect((await get(path)).body).toBe(body);
    expect(body).toMatch(/(?:<updated>|"date_modified":")2031-10-14T09:00:00\.000Z/);
    expect(body).toContain('A treaty is signed');
    expect(after.title).toBe('Presidents’ summit (news-alerts)');
  });

  it('show hostile text as text', async () => {
    const { get } = await serve();
    const { body, headers } = await get(`/topics/summit/feed.${format}`);
    const { entries } = await read(body, String(headers['content-type']));
    expect(entries[0]?.title).toContain('& ]]> "quoted"');
    const html = format === 'json' ? JSON.parse(body).items[0].content_html : body;
    expect(html).toContain('More: &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<p><script');
  });

  it('answer 404 for an unknown topic, and have no entry for one without alerts', async () => {
    const { get } = await serve();
    expect((await get(`/topics/none/feed.${format}`)).status).toBe(404);
    const { status, body, headers } = await get(`/topics/floods/feed.${format}`);
    expect(status).toBe(200);
    expect((await read(body, String(headers['content-type']))).entries).toEqual([]);
  });
});
