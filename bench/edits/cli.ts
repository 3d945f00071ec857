// npm run bench -- edits: see docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import { type Edit, editsOf, readPages } from './page-edits.ts';

const options = new Command('bench edits')
  .description('Measures what share of the edits on a real site is material.')
  .option('--examples <dir>', 'write twenty material and twenty other edits to this folder')
  .parse()
  .opts<{ examples?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const pages = readPages();
if (!pages) say('No data to measure: ../shared/data/edits is missing.');
else {
  // The thresholds were chosen on the first half.
  const half = Math.floor(pages.length / 2);
  const [first, second] = [pages.slice(0, half).flatMap(editsOf), pages.slice(half).flatMap(editsOf)];
  say('| material edits | first half | second half | all |');
  say('| --- | --- | --- | --- |');
  row('to the headline', [first, second], ({ what }) => what === 'headline');
  row('back to an earlier headline', [first, second], ({ returns }) => returns);
  row('to the summary alone', [first, second], ({ what }) => what === 'summary');
  row('from one delivered summary to another', [first, second], (edit) => {
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
