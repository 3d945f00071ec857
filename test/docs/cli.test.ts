import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderReference } from '../../cli/reference.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');

describe('docs/cli.md', () => {
  it('is what the commands say; if not, run npx node cli/reference.ts > docs/cli.md', async () => {
    expect(document).toBe(await renderReference());
  });

  it('has each command with its options and the paragraphs of its help', () => {
    const section = /^## alerts list$[\s\S]*?(?=^## )/m.exec(document)?.[0];
    expect(section).toContain('Usage: news-alerts alerts list [options]');
    expect(section).toContain('--since <duration>');
    expect(section).toContain('[alerts.md](alerts.md)');
    expect(section).not.toContain('--help');
  });

  it('links to each command', () => {
    const headings = Array.from(document.matchAll(/^## (.*)$/gm), ([, name = '']) =>
      name.toLowerCase().replaceAll(' ', '-'),
    );
    const links = Array.from(document.matchAll(/\]\(#(.*?)\)/g), ([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    expect(headings).toEqual(expect.arrayContaining(links));
  });
});
