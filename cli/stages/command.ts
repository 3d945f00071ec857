import type { Command } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption } from '../shared/options.ts';
import type { MatchOptions } from './match.ts';

export function addParse(program: Command): void {
  program
    .command('parse')
    .description('parse a feed document and print it as JSON')
    .argument('<file>', 'a file, or - for standard input')
    .option('--url <url>', 'address of the document, for relative links')
    .option('--content-type <type>', 'the Content-Type header, such as "text/xml; charset=utf-8"')
    .addHelpText('after', examples('parse feed.xml --url https://news.example/feed.xml'))
    .addHelpText(
      'after',
      details(
        'Prints `{feed: {title, url}, items}`. Each item has `id`, `url`, `title`, `summary`, `content`, `published`, `updated`, `authors` and `categories`, and an update of a live page has `context`, the title of the page. An unknown id, address or date is `null`.',
      ),
    )
    .action(async (file: string, options: { url?: string; contentType?: string }) => {
      const { parse } = await import('./parse.ts');
      await parse(file, options);
    });
}

export function addMatch(program: Command): void {
  program
    .command('match')
    .description('match items against the topics and print a JSON line {id, topics: [{topic, why}]} per item')
    .requiredOption(
      '--items <file>',
      'JSON lines with id, title, and summary, content, language, url, source {id, title, url}; - for standard input',
    )
    .option('--explain', 'show why each topic matches or not, clause by clause', false)
    .option('--topic <id>', 'only this topic')
    .addOption(configOption())
    .addHelpText(
      'after',
      examples('match --items items.jsonl', 'match --items items.jsonl --topic floods --explain'),
    )
    .addHelpText(
      'after',
      details(
        'Each input line is a JSON object with `id` and `title` and, where known, `summary`, `content`, `context`, `language`, `url`, `categories`, `authors` and `source: {id, title, url}`.',
        'Each output line is `{id, topics: [{topic, why: [{term, field, snippet, found}]}]}`. With `--explain`, it is text for people.',
        'A line that is no item is reported on standard error. The other items are still matched, and the exit code is 1.',
      ),
    )
    .action(async (options: MatchOptions) => {
      const { match } = await import('./match.ts');
      await match(options);
    });
}

export function addGroup(program: Command): void {
  program
    .command('group')
    .description('group items into stories and print a JSON line {id, story, told, joined} per item')
    .requiredOption(
      '--items <file>',
      'JSON lines with id, title, and summary or content, published; - for standard input',
    )
    .option(
      '--topic <id>',
      'match the items with this topic first, and group the matches as the pipeline would',
    )
    .addOption(configOption())
    .addHelpText(
      'after',
      examples('group --items items.jsonl', 'group --items items.jsonl --topic floods --config press.yaml'),
    )
    .addHelpText(
      'after',
      details(
        'Each input line is a JSON object as for `match`, with `published` where known. Items arrive in the order of their dates; an item without a date follows the item before it.',
        'Each output line is `{id, story, told, joined}`. `story` is the first item of the story once all items have arrived. `told` says whether the item was a first report when it arrived. `joined` is the first item of the story that the item joined then.',
        'The pipeline groups the matches of each topic apart, counts the words of all items, and knows which names the topics watch. With `--topic`, the command does the same: it prints only the items that match, in the order in which they arrive, as `{id, story, told, joined, role, urgent}`, where `id` is a text, and `story` and `joined` are the same, since a sent alert stays in its story. `role` is `first`, `development`, `also` (a retelling) or `copy`; `urgent` says whether the item matches the `urgent` query of the topic.',
      ),
    )
    .action(async ({ topic, ...options }: { items: string; topic?: string; config: string }) => {
      if (topic === undefined) {
        const { group } = await import('./group.ts');
        await group(options);
      } else {
        const { groupTopic } = await import('./group-topic.ts');
        await groupTopic({ ...options, topic });
      }
    });
}
