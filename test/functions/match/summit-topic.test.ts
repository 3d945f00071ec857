import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigFile } from '../../../config/load.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';

const root = join(import.meta.dirname, '../../..');
const story = join(root, '../shared/data/story/live-updates-summit.txt');

const environment = { ALERTS_EMAIL: 'ann@example.com', ALERTS_PHONE: '+12025550123' };
const { topics } = loadConfigFile(join(root, 'news-alerts.yaml'), environment).config;
const summit = compileMatcher(
  topics.filter(({ id }) => id === 'summit'),
  findPattern,
);

function whyOf(title: string, content: string): string[] | undefined {
  return summit.match({ title, summary: '', content })[0]?.why.map(({ term }) => term);
}

describe('the summit topic of news-alerts.yaml', () => {
  it.skipIf(!existsSync(story))(
    'matches the live page that the product was made for (skipped without ../shared/data/story)',
    () => {
      const [title = '', ...rest] = readFileSync(story, 'utf8').split('\n');
      const why = whyOf(title, rest.join('\n'));
      expect(why).toContain('Biden');
      expect(why).toContain('Putin');
      expect(why?.slice(0, 3)).toEqual(expect.arrayContaining(['Biden', 'Putin']));
    },
  );

  it.each([
    ['Biden and Putin to open summit in Geneva', 'Arms control is on the table.'],
    ['US president meets Russia’s president', 'The talks in the palace were about Ukraine, aides said.'],
    ['TRUMP–PUTIN SUMMIT: WHAT WE KNOW', 'Kyiv was not invited.'],
    ['Putin, Biden agree on a video call', 'Nato allies were told beforehand.'],
  ])('matches “%s”', (title, content) => {
    expect(whyOf(title, content)).toBeDefined();
  });

  it.each([
    ['Biden signs a budget after long talks', 'Senators from both parties shook hands over Ukraine aid.'],
    ['Putin opens economic summit in Sochi', 'Guests came to speak of sanctions and of Russia’s harvest.'],
    ['Polls: Biden and Putin, seen by the young', 'Two thirds in Ukraine know both names.'],
    ['Cartoon of Biden and Putin wins a prize', 'The artist from Russia drew them as cats.'],
    ['Zelensky in Geneva for a summit on Ukraine', 'Russian guns were heard as negotiations began.'],
    ['Climbers Bidena and Putinsky reach the summit', 'Their talks about Russia fill museums.'],
  ])('does not match “%s”', (title, content) => {
    expect(whyOf(title, content)).toBeUndefined();
  });

  it('excludes items with the words of `none`', () => {
    const title = 'Biden and Putin at a summit on Ukraine';
    expect(whyOf(title, '')).toBeDefined();
    expect(whyOf(title, 'Eleven across in our crossword.')).toBeUndefined();
  });
});
