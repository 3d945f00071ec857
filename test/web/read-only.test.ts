import { describe, expect, it } from 'vitest';
import type { PageMessage, PageStatus } from '../../local/page-data.ts';
import { alertEntry, alertOf } from '../helpers/sample-alerts.ts';
import { readHtml, servePage, status } from './served-page.ts';

/** What a page knows that only reads records. */
const known: PageStatus = {
  now: '2031-10-14T08:42:00.000Z',
  lastTickAt: '2031-10-14T08:41:00.000Z',
  queues: [{ name: 'items', waiting: 7, dead: 1 }],
  topics: status.topics,
  timeZone: 'UTC',
};
const message: PageMessage = {
  messageId: 'm1',
  at: '2031-10-14T08:40:00.000Z',
  subject: 'Ostrand and Veloza meet',
  alert: alertOf({ entries: [alertEntry({ title: 'Ostrand and Veloza meet' })] }),
  deliveries: 'unknown',
  protocols: ['email'],
};

describe('a page that only reads records', () => {
  it('shows nothing that is not known', async () => {
    const { get } = await servePage({ stack: 'NewsAlerts', status: () => known, alerts: () => [message] });
    const { text, unclosed } = readHtml((await get()).body);
    expect(unclosed).toEqual([]);
    expect(text).toContain('The deployment NewsAlerts, read-only.');
    expect(text).toContain('Watching 1 feed for 2 topics. Last check: 08:41.');
    expect(text).toContain('Feeds 1 watched Poll Match 7 waiting 1 dead Notify Alerts');
    expect(text).toContain('1 message published');
    expect(text).toContain('Run news-alerts doctor --stack NewsAlerts to see what to do.');
    expect(text).not.toMatch(/since|Next check|no recipients|Nobody|polls/);
    const opened = readHtml((await get('/messages/m1')).body).text;
    expect(opened).toContain(
      'Published to the topic’s SNS channel for Email. The stories are from the alert log. AWS records neither the text of a message nor its deliveries.',
    );
    expect(readHtml((await get('/messages')).body).text).toContain(
      'Published to the topic’s SNS channel for Email.',
    );
    expect(opened).not.toMatch(/No report yet|Nobody is subscribed/);
  });

  it('shows no numbers of items that it does not know, and what a read costs', async () => {
    const pastNote = () => 'A search reads the whole table.';
    const { get } = await servePage({ status: () => known, itemCounts: async () => undefined, pastNote });
    const feeds = (await get('/feeds')).body;
    expect(feeds).toContain('A search reads the whole table.');
    expect(feeds).not.toMatch(/\d items? in/);
    for (const path of ['/try', '/search'])
      expect((await get(path)).body).toContain('A search reads the whole table.');
  });

  it('says on every view what cannot be read, and reads before it shows', async () => {
    let reads = 0;
    const { get } = await servePage({
      refresh: async () => {
        reads++;
      },
      status: () => ({
        ...known,
        faults: ['The queues cannot be read.'],
        notes: ['Another file is deployed.'],
      }),
    });
    for (const path of ['/', '/messages', '/feeds', '/try', '/search']) {
      const { text } = readHtml((await get(path)).body);
      expect(text).toContain('The queues cannot be read.');
      expect(text).toContain('Another file is deployed.');
    }
    expect(reads).toBe(5);
    await get('/healthz');
    expect(reads).toBe(5);
  });

  it('says how far back it knows alerts', async () => {
    const { get } = await servePage({ stack: 'NewsAlerts', status: () => ({ ...known, messageDays: 7 }) });
    for (const path of ['/', '/messages'])
      expect(readHtml((await get(path)).body).text).toContain('No alerts in the last 7 days.');
    expect((await get('/?topic=floods')).body).toContain('No alerts about this topic in the last 7 days.');
  });

  it('refuses changes', async () => {
    const { get, post } = await servePage({ stack: 'NewsAlerts' });
    expect((await get('/feeds')).body).not.toContain('method="post"');
    expect((await post('/feeds/herald/remove', {})).status).toBe(403);
    expect((await get('/topics/save?q=owl')).body).toContain('a deployment, seen read-only');
  });
});
