import { describe, expect, it } from 'vitest';
import { liveLinks } from '../../../cli/feeds/live-links.ts';
import { processorTime } from '../../helpers/processor-time.ts';

const PAGE = 'https://owls.example/';
const link = (href: string, text = 'Read') => `<a href="${href}">${text}</a>`;

describe('liveLinks', () => {
  it.each([
    '/news/live/world-58219963',
    '/news/live/c4g9e4x8x1xt',
    '/world/live/2026/jul/18/flood-in-ostrand-latest',
    '/world/live-news/flood-ostrand-07-18-26/index.html',
    '/liveblog/flood-in-ostrand',
    '/flood-in-ostrand-live-updates',
    '/politik/liveticker-hochwasser-ostrand',
    '/monde/en-direct-inondations-ostrand',
    '/mundo/inundaciones-en-directo-ostrand',
    '/mundo/minuto-a-minuto-ostrand',
    '/n%C3%A1-%C5%BCywo/na-%C5%BCywo-pow%C3%B3d%C5%BA',
  ])('returns %s', (path) => {
    expect(liveLinks(link(path), PAGE)).toEqual([new URL(path, PAGE).href]);
  });

  it.each([
    '/live',
    '/live/tv',
    '/live-tv',
    '/sport/livescores',
    '/alive-and-well-in-ostrand',
    '/olives-from-ostrand-2026',
    '/about-us-and-more',
    'https://other.example/live/one-two-three',
    'javascript:live-one-two-three',
    '#live-one-two-three',
  ])('ignores %s', (path) => {
    expect(liveLinks(link(path), PAGE)).toEqual([]);
  });

  it('knows a link by the start of its text or its title', () => {
    expect(
      liveLinks(
        `${link('/one-two-three', '<span>LIVE</span> Flood in Ostrand')}${link('/four-five-six', 'The town where owls live')}`,
        PAGE,
      ),
    ).toContain('https://owls.example/one-two-three');
    expect(
      liveLinks(link('/four-five-six', 'A report from the small town where many owls live'), PAGE),
    ).toEqual([]);
  });

  it('returns live blogs that the page describes first, then surer words, each page once', () => {
    const source = `${link('/news/live/one-two-three#update-1')}${link('/liveblog/four-five-six')}${link('/news/live/one-two-three')}
      <script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"LiveBlogPosting","url":"/seven-eight-nine"}]}</script>`;
    expect(liveLinks(source, PAGE)).toEqual(
      ['seven-eight-nine', 'liveblog/four-five-six', 'news/live/one-two-three'].map(
        (path) => `${PAGE}${path}`,
      ),
    );
  });

  it('resolves links against the base of the page', () => {
    expect(liveLinks(`<base href="/a/">${link('live/one-two-three')}`, PAGE)).toEqual([
      `${PAGE}a/live/one-two-three`,
    ]);
  });

  it('takes linear time on a hostile page', () => {
    const hostile = [
      link(`/live/${'one-'.repeat(400)}`).repeat(2_000),
      link('/%E0%A4%A/live/one-two-three', 'live '.repeat(1_000)).repeat(500),
      `<script type="application/ld+json">${'{"@type":"LiveBlogPosting","url":["/a-b-c"],"a":['.repeat(20_000)}</script>`,
    ];
    for (const source of hostile) {
      const before = process.threadCpuUsage();
      liveLinks(source, PAGE);
      expect(processorTime(before)).toBeLessThan(3_000);
    }
  });
});
