import { type Command, Option } from 'commander';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption, loopbackFeedsOption } from '../shared/options.ts';
import type { FeedsAddOptions } from './feeds-add.ts';
import type { FeedsImportOptions } from './feeds-import.ts';
import type { FeedsPauseOptions } from './feeds-pause.ts';
import type { FeedsRemoveOptions } from './feeds-remove.ts';
import type { FeedsTestOptions } from './feeds-test.ts';

export function addFeeds(program: Command): void {
  const feeds = program
    .command('feeds')
    .description('add, pause, remove, list, test, import and export the feeds of the configuration')
    .addHelpText('after', examples('feeds list', 'feeds add bbc.co.uk/news'));

  const feedId = ['<id>', 'id of the feed, as `feeds list` prints it'] as const;
  const dryRun = (text: string) => new Option('--dry-run', text).default(false);

  feeds
    .command('add')
    .description('find the feed at an address, show it, and add it to the configuration')
    .argument('<url>', 'address of a feed, or of a web page that leads to one')
    .addOption(configOption())
    .option('--id <id>', 'id of the feed (default: generated from the address)')
    .option('--title <title>', "title that alerts show (default: the feed's own title)")
    .option('--every <duration>', 'polling interval, such as 5m or 2h')
    .option('--tag <tag>', 'a tag; can be repeated', (tag: string, tags: string[] = []) => [...tags, tag])
    .addOption(loopbackFeedsOption())
    .addOption(dryRun('only show the feed and what would be written'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'feeds add bbc.co.uk/news',
        'feeds add https://news.example/rss --id herald --every 10m --tag local',
        'feeds add news.example --dry-run',
      ),
    )
    .addHelpText(
      'after',
      details(
        'Prints the title of the feed and its last five items. If a page leads to several feeds, lists them, the best first, and asks which one to add. Without a terminal, it lists them and exits with 1.',
        'Reads up to eight of the feeds that a page links to. If the page links to none, tries links that look like feeds and then the common addresses: `feed`, `rss`, `rss.xml`, `atom.xml`, `feed.xml` and `index.xml`, first in the folder of the page, then in those above. For the front page of a site, it then reads `robots.txt` and up to three of the sitemaps that it names, in search of a news sitemap, and up to three links that may be live pages. A sitemap index is followed to its news sitemaps.',
        'The list has feeds with push first (those that name a WebSub hub), then other feeds, live pages and news sitemaps. Feeds without news for months come after these, then feeds of comments, then those that could not be read. Formats of one feed are one entry.',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of a secret, as the user writes it
        "To keep a key out of the file, write `${NAME}` in the address, in single quotes: `feeds add 'https://news.example/rss?key=${NAME}'`. Comments and layout of the file stay. Nothing changes if the file already has the feed.",
        '`--json` prints `{config, result, feed: {id, url, title, every, tags}, items: [{title, url, at}]}`; `result` is `added`, `would-add` (with `--dry-run`) or `known`, if the file already has the feed. Without a terminal, a page that leads to several feeds prints `{config, result, page, offers: [{kind, url, title, description}]}` with the result `several`, and the exit code is 1.',
      ),
    )
    .action(async (url: string, options: FeedsAddOptions) => {
      const { feedsAdd } = await import('./feeds-add.ts');
      await feedsAdd(url, options);
    });

  feeds
    .command('remove')
    .description('remove a feed from the configuration')
    .argument(...feedId)
    .addOption(configOption())
    .addOption(dryRun('only say what would be removed'))
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds remove herald'))
    .addHelpText(
      'after',
      details(
        'Comments and layout of all other lines stay. What the feed has brought so far stays, too: its stored items, and the alerts about them.',
        '`--json` prints `{config, result, feed: {id, url, title}}`; `result` is `removed` or `would-remove`.',
      ),
    )
    .action(async (id: string, options: FeedsRemoveOptions) => {
      const { feedsRemove } = await import('./feeds-remove.ts');
      feedsRemove(id, options);
    });

  feeds
    .command('pause')
    .description('stop reading a feed for a time')
    .argument(...feedId)
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds pause herald'))
    .addHelpText(
      'after',
      details(
        'Writes `enabled: false`. The feed keeps its place in the file, and what it has brought so far.',
        '`--json` prints `{config, result, feed: {id, url, title}}`; `result` is `paused`.',
      ),
    )
    .action(async (id: string, options: FeedsPauseOptions) => {
      const { feedsPause } = await import('./feeds-pause.ts');
      feedsPause(id, true, options);
    });

  feeds
    .command('resume')
    .description('read a paused feed again')
    .argument(...feedId)
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds resume herald'))
    .addHelpText(
      'after',
      details(
        'Removes `enabled: false`. What the feed published meanwhile counts as new if the feed still shows it.',
        '`--json` prints `{config, result, feed: {id, url, title}}`; `result` is `resumed`.',
      ),
    )
    .action(async (id: string, options: FeedsPauseOptions) => {
      const { feedsPause } = await import('./feeds-pause.ts');
      feedsPause(id, false, options);
    });

  feeds
    .command('test')
    .description('read a feed once and show its newest items; changes nothing')
    .argument('<url-or-id>', 'address of a feed, or id of a feed of the configuration')
    .addOption(configOption())
    .addOption(loopbackFeedsOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds test herald', 'feeds test https://news.example/rss --json'))
    .addHelpText(
      'after',
      details(
        'Prints the title of the feed and its last five items, or why it cannot be read (exit code 1). `--json` prints `{url, title, items: [{title, url, at}]}` with all items.',
      ),
    )
    .action(async (reference: string, options: FeedsTestOptions) => {
      const { feedsTest } = await import('./feeds-test.ts');
      await feedsTest(reference, options);
    });

  feeds
    .command('import')
    .description('add the feeds in an OPML file from another reader; connects to no server')
    .argument('<file>', 'an OPML file, or - for standard input')
    .addOption(configOption())
    .addOption(dryRun('only print what would be written'))
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds import reader.opml --dry-run', 'feeds import reader.opml'))
    .addHelpText(
      'after',
      details(
        'Folders and categories become tags. Each outline that is skipped is printed with the reason. Comments and layout of the file stay. Feeds that the file already has do not change.',
        '`--json` prints `{config, result, feeds: [{id, url, title, every, tags}], skipped: [{line, name, url, reason, detail}]}`; `result` is `added` or `would-add`.',
      ),
    )
    .action(async (file: string, options: FeedsImportOptions) => {
      const { feedsImport } = await import('./feeds-import.ts');
      await feedsImport(file, options);
    });

  feeds
    .command('export')
    .description('write the feeds as OPML 2.0, for other readers')
    .argument('[file]', 'the file to write (default: standard output)')
    .addOption(configOption())
    .addHelpText('after', examples('feeds export feeds.opml'))
    .addHelpText('after', details('`feeds list --json` prints the feeds as JSON.'))
    .action(async (file: string | undefined, options: { config: string }) => {
      const { feedsExport } = await import('./feeds-export.ts');
      feedsExport(file, options.config);
    });

  feeds
    .command('list')
    .description('print one feed per line: id, interval, address, title and tags, separated by tabs')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('feeds list', 'feeds list --json'))
    .addHelpText(
      'after',
      details(
        '`--json` prints `{config, feeds: [{id, url, title, tags, enabled, everySeconds, everyAtMostSeconds}]}`.',
      ),
    )
    .action(async (options: { config: string; json: boolean }) => {
      const { feedsList } = await import('./feeds-list.ts');
      feedsList(options);
    });
}
