// npm run bench -- edits: see docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { type Edit, editsOf, readPages } from './page-edits.ts';

const options = new Command('bench edits')
  .description('What share of the edits of a real site is material.')
  .option('--examples <dir>', 'write twenty of what is and of what is not material, to be read by eye')
  .parse()
  .opts<{ examples?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const pages = readPages();
if (!pages) say('There is nothing to measure on: ../shared/data/edits is missing.');
else {
  // The thresholds were chosen on the first half.
  const half = Math.floor(pages.length / 2);
  const [first, second] = [pages.slice(0, half).flatMap(editsOf), pages.slice(half).flatMap(editsOf)];
  say('| edits | first half | second half | all |');
  say('| --- | --- | --- | --- |');
  row('of the headline', [first, second], ({ what }) => what === 'headline');
  row('to a headline that it had before', [first, second], ({ returns }) => returns);
  row('of the summary alone', [first, second], ({ what }) => what === 'summary');
  row('of a summary that was told, to another', [first, second], (edit) => {
    return edit.what === 'summary' && edit.deliveredSummary !== '' && edit.summary !== '';
  });
  if (options.examples) writeExamples(options.examples, [...first, ...second]);
}

function row(name: string, halves: readonly (readonly Edit[])[], wanted: (edit: Edit) => boolean): void {
  const cells = [...halves, halves.flat()].map((edits) => {
    const all = edits.filter(wanted);
    return `${all.filter(({ news }) => news).length} of ${all.length}`;
  });
  say(`| ${[name, ...cells].join(' | ')} |`);
}

function writeExamples(dir: string, edits: readonly Edit[]): void {
  const changed = edits.filter(({ summary, what }) => what === 'headline' || summary !== '');
  for (const [name, wanted] of [
    ['retitled-material.txt', true],
    ['retitled-not.txt', false],
  ] as const) {
    const all = changed.filter(({ news }) => (news !== undefined) === wanted);
    const random = seededRandom(20);
    const chosen = Array.from({ length: Math.min(20, all.length) }, () => {
      return all.splice(random.integer(all.length), 1)[0] as Edit;
    });
    const text = chosen.map(({ deliveredTitle, deliveredSummary, title, summary, news }, n) => {
      const added = news?.added ? `\n      new: ${news.added.words.join(' ')}` : '';
      return `${n + 1}.    ${deliveredTitle} | ${deliveredSummary}\n   -> ${title} | ${summary}${added}\n`;
    });
    writeFileSync(join(dir, name), text.join('\n'));
  }
}
