import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../config/load.ts';
import { demoConfig } from '../../../local/demo/demo-config.ts';
import { stories } from '../../../local/demo/stories.ts';
import { type Article, articleAt } from '../../../local/demo/timeline.ts';

interface Match {
  readonly all: readonly (readonly string[])[];
  readonly none?: readonly string[];
}
interface DemoFile {
  readonly feeds: readonly { id: string; url: string; title: string }[];
  readonly topics: readonly { id: string; match: Match; followUps: unknown; deliver: string }[];
}

const file = parse(demoConfig('http://127.0.0.1:8080')) as DemoFile;

/** A second, deliberately simple implementation of the query language, to check the stories independently. */
function matches(match: Match, { title, text }: Article): boolean {
  const plain = `${title} ${text.replace(/<[^>]+>/g, ' ')}`.toLowerCase();
  const words = ` ${(plain.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
  const holds = (term: string) =>
    (term.toLowerCase().match(/"[^"]+"|[^\s"]+/g) ?? []).every((part) =>
      words.includes(` ${part.replaceAll('"', '')} `),
    );
  return match.all.every((terms) => terms.some(holds)) && !match.none?.some(holds);
}

function publishedFor(topicId: string): string[] {
  const topic = file.topics.find(({ id }) => id === topicId);
  return [...stories]
    .sort((a, b) => a.minute - b.minute)
    .filter(({ act }) => act === 'publish')
    .filter(({ outlet, slug, minute }) => {
      const article = articleAt(stories, outlet, slug, minute);
      return topic && article && matches(topic.match, article);
    })
    .map(({ minute, outlet, slug }) => `${minute} ${outlet}/${slug}`);
}

function jaccard(a: string, b: string): number {
  const words = (text: string) => new Set(text.toLowerCase().match(/\p{L}{3,}/gu));
  const [left, right] = [words(a), words(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / (left.size + right.size - shared);
}

function titles(topicId: string): { slug: string; title: string }[] {
  return publishedFor(topicId).flatMap((line) => {
    const slug = line.replace(/.* /, '');
    return stories
      .filter((event) => `${event.outlet}/${event.slug}` === slug)
      .flatMap((event) =>
        event.act !== 'remove' && event.title !== undefined ? [{ slug, title: event.title }] : [],
      );
  });
}

describe('the demo topics', () => {
  it('match the right articles and no others', () => {
    expect(publishedFor('summit')).toEqual([
      '-2900 herald/kessel-bridge-reopens',
      '-600 herald/envoys-hint',
      '-300 wire/port-lumen-hotels',
      '3 herald/summit-announced',
      '7 courier/surprise-in-port-lumen',
      '12 herald/talks-begin',
      '28 courier/eleven-questions',
      '38 wire/joint-statement',
      '41 herald/handshake-and-statement',
      '60 herald/parliament-backs-pact',
      '62 wire/pact-approved',
    ]);
    expect(publishedFor('floods')).toEqual([
      '-4100 courier/last-years-floods',
      '-420 courier/storm-odalys-named',
      '-180 gazette/sandbags',
      '8 wire/flood-warning',
      '18 wire/evacuation',
      '20 gazette/three-villages-leave',
      '24 courier/we-left-the-piano',
      '30 herald/flood-board-prank',
      '33 wire/crest-passes',
      '35 courier/crest-passes',
      '44 courier/home-by-bedtime',
      '64 gazette/piano-tuned',
    ]);
    expect(publishedFor('rates')).toEqual([
      '-700 wire/economists-expect-no-change',
      '13 wire/rates-up',
      '15 courier/rates-up',
    ]);
  });

  it.each([
    ['herald/summit-announced', 'courier/surprise-in-port-lumen'],
    ['wire/joint-statement', 'herald/handshake-and-statement'],
    ['wire/evacuation', 'gazette/three-villages-leave'],
    ['herald/parliament-backs-pact', 'wire/pact-approved'],
  ])('%s and its retelling %s have similar headlines', (original, retelling) => {
    const all = [...titles('summit'), ...titles('floods')];
    for (const { title } of all.filter(({ slug }) => slug === original)) {
      for (const { title: other } of all.filter(({ slug }) => slug === retelling)) {
        expect(jaccard(title, other), `${title} | ${other}`).toBeGreaterThanOrEqual(0.5);
      }
    }
  });

  it('have different headlines for different stories', () => {
    const alike = ['summit', 'floods', 'rates'].flatMap((topic) => {
      const all = titles(topic);
      return all.flatMap((a, index) =>
        all
          .slice(index + 1)
          .filter((b) => a.slug !== b.slug && jaccard(a.title, b.title) >= 0.35)
          .map((b) => `${a.slug} ${b.slug}`),
      );
    });
    expect([...new Set(alike)]).toEqual([
      'herald/summit-announced courier/surprise-in-port-lumen',
      'wire/joint-statement herald/handshake-and-statement',
      'herald/parliament-backs-pact wire/pact-approved',
      'wire/evacuation gazette/three-villages-leave',
      'wire/crest-passes courier/crest-passes',
      'wire/rates-up courier/rates-up',
    ]);
  });

  it('change a headline a lot for a correction, and little for a typo', () => {
    const of = (slug: string) => titles('summit').filter((entry) => entry.slug === slug);
    const [typo, spelled] = of('herald/summit-announced');
    const [wrong, corrected] = of('herald/talks-begin');
    expect(jaccard(typo?.title ?? '', spelled?.title ?? '')).toBeGreaterThan(0.8);
    expect(jaccard(wrong?.title ?? '', corrected?.title ?? '')).toBeLessThan(0.35);
  });

  it('do not match the mountain, which has "summit" but no president', () => {
    const mountain = articleAt(stories, 'gazette', 'mount-harrow', 5);
    expect(mountain?.title).toContain('summit');
    expect(`${mountain?.title} ${mountain?.text}`).not.toMatch(/Ostrand|Veloza|Arvenia|Tolmark|president/i);
  });

  it('need `none` for the mountain with a president’s name', () => {
    const summit = file.topics.find(({ id }) => id === 'summit')?.match;
    const mountain = articleAt(stories, 'gazette', 'mount-ostrand', 27);
    if (summit === undefined || mountain === undefined) throw new Error('missing from the demo');
    expect(matches(summit, mountain)).toBe(false);
    expect(matches({ all: summit.all }, mountain)).toBe(true);
  });
});

describe('demoConfig', () => {
  it('contains every feed of the newsroom', () => {
    expect(file.feeds).toHaveLength(4);
    expect(file.feeds[0]).toEqual({
      id: 'demo-herald',
      url: 'http://127.0.0.1:8080/herald/feed.xml',
      title: 'The Herald (demo)',
    });
    expect(file.topics.map(({ followUps, deliver }) => ({ followUps, deliver }))).toEqual([
      { followUps: { mode: 'calm', every: '10m to 20m' }, deliver: 'now' },
      { followUps: 'all', deliver: 'now' },
      { followUps: 'off', deliver: 'now' },
    ]);
  });

  it('has no faults', () => {
    const { topicFaults } = parseConfig(demoConfig('http://127.0.0.1:8080'), 'the demo', {});
    expect(topicFaults).toEqual([]);
  });
});
