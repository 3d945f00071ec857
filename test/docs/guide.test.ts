import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newConfigText } from '../../cli/init/new-config.ts';
import { parseConfig } from '../../config/load.ts';
import { parseQuery } from '../../config/query/compile-query.ts';
import { describeWorstDay, worstDay } from '../../config/worst-day.ts';
import { matches } from '../helpers/matches.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/guide.md'), 'utf8');
const [file = '', edit = '', recipients = ''] = Array.from(
  document.matchAll(/^```yaml\n([\s\S]*?)^```$/gm),
  ([, yaml = '']) => yaml,
);

describe('docs/guide.md', () => {
  it('shows the file that init writes, without the comments between its parts', () => {
    const written = newConfigText({
      watch: 'harbour strike',
      feeds: [{ url: 'https://harbour-times.example/rss.xml', title: 'Harbour Times' }],
      hasEmail: true,
    });
    expect(file.trim()).toBe(written.replace(/^#.*\n/gm, '').trim());
  });

  it.each([
    ['without SMS', file],
    ['with SMS', file.replace(/^recipients:[\s\S]*/m, recipients)],
  ])('says what check prints for the file, %s', (_, text) => {
    const env = { ALERTS_EMAIL: 'me@news-alerts.org', ALERTS_PHONE: '+491701234567' };
    const { config, subscriptions, warnings } = parseConfig(text, 'news-alerts.yaml', env);
    expect(warnings).toEqual([]);
    expect(document).toContain(`    ${describeWorstDay(worstDay(config, subscriptions))}\n`);
  });

  it.each([
    ['Dockers strike at Port Lumen harbour', true, true],
    ['Harbour strike: minister invites both sides to talks', true, true],
    ['Lightning strikes harbour crane', true, false],
    ['Port Lumen fish market reopens', false, false],
  ])('says what its two queries find: %s', (title, first, second) => {
    expect(document).toContain(title);
    const before = /match: (.*)/.exec(file)?.[1] ?? '';
    const after = /match: (.*)/.exec(edit)?.[1] ?? '';
    expect([before, after].map((query) => matches(parseQuery(query).query, { title, summary: '' }))).toEqual([
      first,
      second,
    ]);
  });
});
