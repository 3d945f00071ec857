import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { foundItem, inventedPast } from '../local/past/invented-past.ts';
import { readHtml, type ServeOptions, servePage, status } from './served-page.ts';

const past = inventedPast(
  foundItem('a', 100, 'Storm Odalys floods the harbour', { url: 'https://courier.example/a' }),
  foundItem('b', 99, 'Floods close the harbour after storm Odalys', { feedId: 'herald' }),
  foundItem('c', 50, 'Storms ahead of the weekend, forecasters say'),
  foundItem('d', 20, '<script>alert(1)</script> storm <b>in a teacup</b>', { url: 'javascript:alert(1)' }),
  foundItem('e', 10, 'Council debates parking'),
);
const loaded = parseConfig('topics: [{ id: parking, name: Parking, match: parking }]\n', 'the test', {});

const serve = (options: ServeOptions = {}) =>
  servePage({
    past: async () => past,
    loaded: () => loaded,
    status: () => ({ ...status, topics: [{ id: 'parking', name: 'Parking' }] }),
    ...options,
  });

async function trying(parameters: Record<string, string>) {
  const { get } = await serve();
  const reply = await get(`/try?${new URLSearchParams(parameters)}`);
  expect(reply.status).toBe(200);
  const html = readHtml(reply.body);
  expect(html.unclosed).toEqual([]);
  return { ...html, body: reply.body, headers: reply.headers };
}

describe('the page to try a query', () => {
  it('begins with an empty form, and is linked from the first page', async () => {
    const { get } = await serve();
    expect((await get('/')).body).toContain('<a href="/try">Try a query</a>');
    const { text, tags } = await trying({});
    expect(text).toContain('Try a query');
    expect(text).not.toContain('stories');
    const labelled = tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes.for);
    expect(labelled).toEqual(['query', 'days', 'topic']);
  });

  it.each<[string, number, ServeOptions]>([
    ['once, when it is opened', 1, {}],
    ['only for a query, if that costs money', 0, { pastNote: () => 'Reads the whole table.' }],
  ])('reads the past %s', async (_, times, options) => {
    let reads = 0;
    const { get } = await serve({
      ...options,
      past: async () => {
        reads++;
        return past;
      },
    });
    for (const path of ['/', '/try', '/try', '/try?q=']) await get(path);
    expect(reads).toBe(times);
    await get('/try?q=storm');
    expect(reads).toBe(times + 1);
  });

  it('opens if the past cannot be read', async () => {
    const { get } = await serve({ past: () => Promise.reject(new Error('the disk is full')) });
    expect((await get('/try')).status).toBe(200);
  });

  it('shows the stories of the past, with their words marked, their variants and an estimate', async () => {
    const { text, body } = await trying({ q: 'storm', days: '90' });
    expect(text).toMatch(/3 stories\s+from 4 items/);
    expect(body).toContain('<mark>Storm</mark> Odalys floods the harbour');
    expect(text).toMatch(/storm\s+also matched storms \(1\)/);
    expect(text).toMatch(/Each recipient would get about \d+ emails?/);
    expect(text).toMatch(/SMS in a month of 30 days to each recipient: about \d+ parts?, \$\d/);
    expect(text).toMatch(
      /The latest story as an alert Email\s*storm: .*SMS\s*storm: .* characters, one part \(GSM-7\)/,
    );
    expect(body).toContain('role="img" aria-label="Stories per day, at most 1"');
    expect(body).toContain('value="storm"');
  });

  it('leaves out what is older than the chosen days', async () => {
    const { text } = await trying({ q: 'storm', days: '1' });
    expect(text).toMatch(/1 story\s+from 1 item/);
  });

  it('points at the fault of a query', async () => {
    const { body, text } = await trying({ q: 'storm AND (' });
    expect(body).toContain('role="alert"');
    expect(body).toMatch(/storm AND \(\n {10}\^\s*<\/pre>/);
    expect(text).toContain('add ), or put the text in quotes');
  });

  it('compares with a saved topic', async () => {
    const { text } = await trying({ q: 'storm', topic: 'parking', days: '90' });
    expect(text).toMatch(/Compared with\s+Parking/);
    expect(text).toMatch(/Added: 4 items, 3 whole stories/);
    expect(text).toMatch(/Removed: 1 item, 1 whole story/);
    expect(text).toContain('Council debates parking');
  });

  it('shows hostile text as text, and links only to the web', async () => {
    const { body, tags } = await trying({ q: 'teacup "><script>x</script>', days: '90' });
    expect(body).not.toContain('<script>x');
    const story = await trying({ q: 'teacup', days: '90' });
    expect(story.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(story.body).not.toContain('javascript:');
    expect([...tags, ...story.tags].filter(({ name }) => name === 'script')).toEqual([]);
  });

  it('says so when nothing matches or nothing is stored', async () => {
    expect((await trying({ q: 'volcano' })).text).toContain('Nothing in this time matches');
    const { get } = await servePage();
    expect((await get('/try?q=storm')).body).toContain('No news is stored yet');
  });

  it('allows its form to be sent only here, and runs no script', async () => {
    const { headers } = await trying({});
    expect(headers['content-security-policy']).toContain("form-action 'self'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });
});
