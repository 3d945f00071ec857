import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import { exampleItem } from '../helpers/example-item.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/recipes.md'), 'utf8');

/** Values of the variables that the recipes name. */
const ENVIRONMENT = { TEAM_EMAIL: 'team@news-alerts.org', ONCALL_PHONE: '+491701234567' };

/** The lists of headlines, and what each says about them. */
const LISTS: Readonly<Record<string, 'caught' | 'urgent' | 'left out'>> = {
  Catches: 'caught',
  'Catches, urgent': 'urgent',
  'Catches by mistake': 'caught',
  'Leaves out': 'left out',
  Misses: 'left out',
};

interface Example {
  readonly list: string;
  /** Without the remark after it. */
  readonly headline: string;
}

interface Recipe {
  readonly name: string;
  readonly yaml: string;
  readonly examples: readonly Example[];
}

function recipesOf(text: string): Recipe[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      name: section.slice(0, section.indexOf('\n')),
      yaml: /^```yaml\n([\s\S]*?)^```$/m.exec(section)?.[1] ?? '',
      examples: [...section.matchAll(/^\*\*(.+)\*\*\n((?:- .*\n?)+)/gm)].flatMap(
        ([, list = '', lines = '']) =>
          Array.from(lines.matchAll(/^- (.*?)(?: \*\(.*\)\*)?$/gm), ([, headline = '']) => ({
            list,
            headline,
          })),
      ),
    }));
}

/** Returns the recipe as a whole file: with a feed and a recipient, if it has none. */
function fileOf(yaml: string): string {
  const missing = {
    feeds: '[{ url: https://herald.example/rss.xml, title: The Herald }]',
    recipients: `[{ email: ${ENVIRONMENT.TEAM_EMAIL} }]`,
  };
  const added = Object.entries(missing).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(yaml));
  return yaml + added.map(([key, value]) => `${key}: ${value}\n`).join('');
}

const recipes = recipesOf(document);

describe('docs/recipes.md', () => {
  it('has recipes with headlines of every kind', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(8);
    for (const { name, examples } of recipes) {
      const lists = new Set(examples.map(({ list }) => list));
      expect(
        [...lists].filter((list) => !(list in LISTS)),
        name,
      ).toEqual([]);
      expect(lists, name).toContain('Catches');
      expect(lists, name).toContain('Leaves out');
    }
  });

  it('reads each list item as a headline', () => {
    const items = recipes.flatMap(({ examples }) => examples);
    const listed =
      document
        .split(/^## /m)
        .slice(1)
        .join('')
        .match(/^(?:\*\*.+\*\*\n)(?:- .*\n?)+/gm) ?? [];
    expect(items.length).toBe(listed.join('').match(/^- /gm)?.length);
    expect(items.every(({ headline }) => headline !== '' && !headline.includes('*('))).toBe(true);
  });

  describe.each(recipes)('$name', ({ name, yaml, examples }) => {
    const { config, warnings, topicFaults } = parseConfig(fileOf(yaml), name, ENVIRONMENT);
    const matcher = compileMatcher(config.topics, findPattern);

    it('is a valid configuration without warnings', () => {
      expect({ warnings, topicFaults }).toEqual({ warnings: [], topicFaults: [] });
    });

    it.each(examples)('$list: $headline', ({ list, headline }) => {
      const { source = 'The Herald', ...item } = exampleItem(headline);
      const matches = matcher.match({ ...item, content: '', source: { id: 'feed', title: source } });
      const urgent = matches.some((match) => match.urgent);
      expect(matches.length === 0 ? 'left out' : urgent ? 'urgent' : 'caught').toBe(LISTS[list]);
    });
  });
});
