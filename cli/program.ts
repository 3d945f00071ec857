import { type AddHelpTextContext, Argument, Command, InvalidArgumentError, Option } from 'commander';
import { QUEUES, type QueueName } from '../functions/shared/pipeline.ts';
import { KEPT_DAYS } from '../functions/shared/store/items.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { AlertsOptions } from './alerts/alerts.ts';
import type { BacktestOptions } from './backtest/backtest.ts';
import type { CheckOptions } from './check/check.ts';
import type { DashboardOptions } from './dashboard/dashboard.ts';
import type { DeployOptions } from './deploy.ts';
import { DEFAULT_STACK } from './deployed/resource-names.ts';
import type { FeedsAddOptions } from './feeds/feeds-add.ts';
import type { FeedsRemoveOptions } from './feeds/feeds-remove.ts';
import type { FeedsTestOptions } from './feeds/feeds-test.ts';
import type { InitOptions } from './init/init.ts';
import type { MatchOptions } from './match.ts';
import type { SendTestOptions } from './send-test/send-test.ts';
import {
  DEFAULT_CONFIG_FILE,
  DEFAULT_DASHBOARD_PORT,
  DEFAULT_DATA_FOLDER,
  DEFAULT_PORT,
  DEFAULT_PUSH_PORT,
  DEFAULT_STORY_LIMIT,
} from './shared/defaults.ts';
import type { TopicsTryOptions } from './topics/topics-try.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export const EXIT_CODES: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: EXIT.ok, meaning: 'success' },
  { code: EXIT.failed, meaning: 'invalid input or configuration, or a failure' },
  { code: EXIT.usage, meaning: 'wrong usage' },
  { code: EXIT.interrupted, meaning: 'interrupted' },
];

const config = () =>
  new Option('--config <file>', 'the file with feeds, topics and recipients').default(DEFAULT_CONFIG_FILE);
const loopbackFeeds = () =>
  new Option('--loopback-feeds', 'also read feeds of this machine (127.0.0.0/8, ::1)').default(false);

const stack = () => new Option('--stack <name>', 'the deployment on AWS').default(DEFAULT_STACK);

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('Expected a port from 0 (any free one) to 65535.');
}

/** Returns the parser of a whole number from 1. */
function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

/** Adds the options that say where the past is. */
function withPast(command: Command): Command {
  const sources = ['items', 'recordings', 'stack', 'data'];
  const source = (flags: string, text: string) => {
    const option = new Option(flags, text);
    return option.conflicts(sources.filter((name) => name !== option.attributeName()));
  };
  return command
    .addOption(config())
    .addOption(new Option('--days <n>', 'how far to look back').argParser(wholeNumber).default(KEPT_DAYS))
    .addOption(source('--data <folder>', 'data folder of this machine').default(DEFAULT_DATA_FOLDER))
    .addOption(source('--stack <name>', 'use a deployment on AWS instead of this machine'))
    .addOption(source('--recordings <folder>', 'use recorded feeds, as `replay` reads them'))
    .addOption(
      source('--items <file>', 'use items as JSON lines, as `match` reads them; - for standard input'),
    )
    .option('--json', 'print JSON', false);
}

/** Width of help texts in columns if the terminal does not report its own; Commander's default. */
const DEFAULT_WIDTH = 80;

/** Returns paragraphs for the end of a command's help. They are Markdown, since docs/cli.md contains them too. */
const details =
  (...paragraphs: readonly string[]) =>
  ({ command }: AddHelpTextContext): string => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH;
    return paragraphs.map((text) => `\n${command.createHelp().boxWrap(text, width)}`).join('\n');
  };

/** Returns the command line. Each command is a function in another file, which is loaded when the command runs. */
export function createProgram(): Command {
  const program = new Command('news-alerts')
    .description('Short, trustworthy alerts when something new happens on a topic you watch.')
    .addHelpText(
      'after',
      `\nExit codes: ${EXIT_CODES.map(({ code, meaning }) => `${code} ${meaning}`).join('; ')}.`,
    )
    .version(packageJson.version)
    .exitOverride();
  for (const add of [
    addInit,
    addStart,
    addDeploy,
    addCheck,
    addTest,
    addFeeds,
    addTopics,
    addBacktest,
    addAlerts,
    addDashboard,
    addDoctor,
    addRedrive,
    addParse,
    addMatch,
    addGroup,
    addReplay,
    addSchema,
  ])
    add(program);
  return program;
}

function addInit(program: Command): void {
  program
    .command('init')
    .description('write a first configuration: what to watch, where, and whom to tell')
    .addOption(config())
    .option('--watch <query>', 'what to watch; asked if missing')
    .option('--feed <address...>', 'addresses of sites or feeds; asked if missing')
    .option('--email <address>', 'who receives the alerts; asked if missing')
    .addOption(loopbackFeeds())
    .addHelpText(
      'after',
      details(
        'Asks three questions, finds the feeds of the sites that you name, and writes `news-alerts.yaml`, `.env` (with your address) and `.gitignore`. Then it offers to start.',
        'Without a terminal, the answers are options: `news-alerts init --watch "harbour strike" --feed example.org --email you@example.org`.',
      ),
    )
    .action(async (options: InitOptions) => {
      const { init } = await import('./init/init.ts');
      if (!(await init(options))) return;
      const { start } = await import('./start.ts');
      await start({
        config: options.config,
        demo: false,
        port: DEFAULT_PORT,
        pushPort: DEFAULT_PUSH_PORT,
        data: DEFAULT_DATA_FOLDER,
        loopbackFeeds: options.loopbackFeeds,
      });
    });
}

function addStart(program: Command): void {
  program
    .command('start')
    .description('run the whole pipeline on this machine')
    .addOption(config())
    .option('--demo', 'show the demo newsroom instead of real feeds; needs no network')
    .option('--port <port>', 'port of the page and the SNS endpoint on 127.0.0.1', port, DEFAULT_PORT)
    .option(
      '--push-port <port>',
      'port on 127.0.0.1 for the pushes of WebSub hubs; only with NEWS_ALERTS_PUSH_URL',
      port,
      DEFAULT_PUSH_PORT,
    )
    .option('--data <folder>', 'folder for all data', DEFAULT_DATA_FOLDER)
    .addOption(loopbackFeeds())
    .addHelpText(
      'after',
      details(
        'Alerts appear in the terminal and on the page, at http://127.0.0.1:8710 by default. A valid edit of the configuration or of `.env` takes effect while the command runs.',
        'Ctrl-C finishes the work under way and stops; a second Ctrl-C stops at once. Nothing is lost if the process is killed.',
        '`npm start` installs what is missing and runs this command. Put options after two dashes: `npm start -- --demo`.',
      ),
    )
    .action(
      async (options: {
        config: string;
        demo?: true;
        port: number;
        pushPort: number;
        data: string;
        loopbackFeeds: boolean;
      }) => {
        const { start } = await import('./start.ts');
        await start({
          ...options,
          demo: options.demo ?? false,
        });
      },
    );
}

function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('deploy to your AWS account, with the CDK')
    .addOption(config())
    .addOption(stack())
    .argument('[options...]', 'options of cdk deploy, after two dashes')
    .addHelpText(
      'after',
      details(
        'Needs AWS credentials in the environment, and in this folder the packages `aws-cdk`, `aws-cdk-lib` and `constructs`; once per account and region also `npx cdk bootstrap`. Run it again after each edit of the file.',
        'In a clone, `npx cdk deploy` does the same. Give options of cdk after two dashes: `news-alerts deploy -- --require-approval never`.',
      ),
    )
    .action(async (args: readonly string[], options: DeployOptions) => {
      const { deploy } = await import('./deploy.ts');
      process.exitCode = await deploy(options, args);
    });
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description('check the configuration and report all errors in it')
    .addOption(config())
    .option(
      '--data <folder>',
      'data folder whose history is used to estimate a month (default: ".news-alerts", if it exists)',
    )
    .option('--stack <name>', 'use a deployment on AWS instead of this machine')
    .addHelpText(
      'after',
      details(
        'Prints each fault with its line and a suggestion. For a valid file, prints how many emails and SMS parts the worst day could bring and how many to expect in a month.',
      ),
    )
    .action(async (options: CheckOptions) => {
      const { check } = await import('./check/check.ts');
      await check(options);
    });
}

function addTest(program: Command): void {
  program
    .command('test')
    .description('send a test alert like a real one, and print the answer of the mail server or SNS')
    .option('--email <address>', 'send to this address')
    .option('--sms <number>', 'send to this phone number, such as +12025550123')
    .option('--topic <id>', 'send as an alert of this topic (default: the first topic of the file)')
    .addOption(config())
    .option('--stack <name>', 'send through a deployment on AWS instead of this machine')
    .addHelpText(
      'after',
      details(
        'Sends at once, whether `start` runs or not. The exit code is 0 when the server or SNS has accepted the message. This machine only shows SMS; use `--stack` to send one.',
      ),
    )
    .action(async (options: SendTestOptions) => {
      const { sendTest } = await import('./send-test/send-test.ts');
      await sendTest(options);
    });
}

function addFeeds(program: Command): void {
  const feeds = program
    .command('feeds')
    .description('add, remove, list, test, import and export the feeds of the configuration');

  const dryRun = (text: string) => new Option('--dry-run', text).default(false);

  feeds
    .command('add')
    .description('find the feed at an address, show it, and add it to the configuration')
    .argument('<url>', 'address of a feed, or of a web page that leads to one')
    .addOption(config())
    .option('--id <id>', 'id of the feed (default: generated from the address)')
    .option('--title <title>', "title that alerts show (default: the feed's own title)")
    .option('--every <duration>', 'polling interval, such as 5m or 2h')
    .option('--tag <tag>', 'a tag; can be repeated', (tag: string, tags: string[] = []) => [...tags, tag])
    .addOption(loopbackFeeds())
    .addOption(dryRun('only show the feed and what would be written'))
    .addHelpText(
      'after',
      details(
        'Prints the title of the feed and its last five items. If a page leads to several feeds, lists them, the best first, and asks which one to add. Without a terminal, it lists them and exits with 1.',
        'Reads up to eight of the feeds that a page links to. If the page links to none, tries links that look like feeds and then the common addresses: `feed`, `rss`, `rss.xml`, `atom.xml`, `feed.xml` and `index.xml`, first in the folder of the page, then in those above. For the front page of a site, it then reads `robots.txt` and up to three of the sitemaps that it names, in search of a news sitemap, and up to three links that may be live pages. A sitemap index is followed to its news sitemaps.',
        'The list has feeds with push first (those that name a WebSub hub), then other feeds, live pages and news sitemaps. Feeds without news for months come after these, then feeds of comments, then those that could not be read. Formats of one feed are one entry.',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of a secret, as the user writes it
        "To keep a key out of the file, write `${NAME}` in the address, in single quotes: `feeds add 'https://news.example/rss?key=${NAME}'`. Comments and layout of the file stay. Nothing changes if the file already has the feed.",
      ),
    )
    .action(async (url: string, options: FeedsAddOptions) => {
      const { feedsAdd } = await import('./feeds/feeds-add.ts');
      await feedsAdd(url, options);
    });

  feeds
    .command('remove')
    .description('remove a feed from the configuration')
    .argument('<id>', 'id of the feed, as `feeds list` prints it')
    .addOption(config())
    .addOption(dryRun('only say what would be removed'))
    .addHelpText(
      'after',
      details(
        'Comments and layout of all other lines stay. What the feed has brought so far stays, too: its stored items, and the alerts about them.',
      ),
    )
    .action(async (id: string, options: FeedsRemoveOptions) => {
      const { feedsRemove } = await import('./feeds/feeds-remove.ts');
      feedsRemove(id, options);
    });

  feeds
    .command('test')
    .description('read a feed once and show its newest items; changes nothing')
    .argument('<url-or-id>', 'address of a feed, or id of a feed of the configuration')
    .addOption(config())
    .addOption(loopbackFeeds())
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      details(
        'Prints the title of the feed and its last five items, or why it cannot be read (exit code 1). `--json` prints `{url, title, items: [{title, url, at}]}` with all items.',
      ),
    )
    .action(async (reference: string, options: FeedsTestOptions) => {
      const { feedsTest } = await import('./feeds/feeds-test.ts');
      await feedsTest(reference, options);
    });

  feeds
    .command('import')
    .description('add the feeds in an OPML file from another reader; connects to no server')
    .argument('<file>', 'an OPML file, or - for standard input')
    .addOption(config())
    .addOption(dryRun('only print what would be written'))
    .addHelpText(
      'after',
      details(
        'Folders and categories become tags. Each outline that is skipped is printed with the reason. Comments and layout of the file stay. Feeds that the file already has do not change.',
      ),
    )
    .action(async (file: string, options: { config: string; dryRun: boolean }) => {
      const { feedsImport } = await import('./feeds/feeds-import.ts');
      await feedsImport(file, options);
    });

  feeds
    .command('export')
    .description('write the feeds as OPML 2.0, for other readers')
    .argument('[file]', 'the file to write (default: standard output)')
    .addOption(config())
    .action(async (file: string | undefined, options: { config: string }) => {
      const { feedsExport } = await import('./feeds/feeds-export.ts');
      feedsExport(file, options.config);
    });

  feeds
    .command('list')
    .description('print one feed per line: id, interval, address, title and tags, separated by tabs')
    .addOption(config())
    .action(async (options: { config: string }) => {
      const { feedsList } = await import('./feeds/feeds-list.ts');
      feedsList(options.config);
    });
}

function addTopics(program: Command): void {
  const topics = program.command('topics').description('try queries on past news');
  withPast(
    topics
      .command('try')
      .description(
        'show which stories a query would have caught in the past, and how many messages it would bring',
      )
      .argument('<query>', 'a query, in single quotes; it may use the sets of the configuration')
      .option('--topic <id>', 'compare with this topic, and use its policy')
      .addOption(
        new Option('--limit <n>', 'how many stories to show')
          .argParser(wholeNumber)
          .default(DEFAULT_STORY_LIMIT),
      ),
  )
    .addHelpText(
      'after',
      details(
        'Searches the news of the last 90 days that this machine or a deployment has stored, whether `start` runs or not. Groups it into stories as alerts are, and prints the latest ones with the found words marked, the forms in which the words were found, the number of stories per day, and an estimate of messages. With `--topic`, prints which stories the query adds to those of the topic, and which it loses.',
        'An item counts at the time at which it was published or, without a date, found. Of long texts, the first 4,000 characters are stored. Edits do not count. The estimate has one recipient by email and one by SMS.',
        '`--json` prints one object: `{query, period: {from, to, pollingSince}, searched, matched, groupedSince, storyCount, stories, days: [{day, stories, items}], variants: [{term, found: [{text, items}]}], estimate, comparison}`. Each story is `{id, at, title, url, feed, sources, why, items: [{id, at, title, url, feed, role}]}`; `role` is `first`, `development`, `also` (a retelling) or `copy`. `estimate` is `{historyDays, month: {email, sms}, messages, busiest: {day, messages}}`; `month` is `null` if the history is shorter than a day. `groupedSince` is a time if more than 2,000 items match: the rest covers only the items since then. `comparison` is there with `--topic`: `{topic, matched, storyCount, estimate, added, removed}`, the last two each `{items, stories, examples}`.',
      ),
    )
    .action(async (query: string, options: TopicsTryOptions) => {
      const { topicsTry } = await import('./topics/topics-try.ts');
      await topicsTry(query, options);
    });
}

function addBacktest(program: Command): void {
  withPast(
    program
      .command('backtest')
      .description(
        'show what the topics of a file would have caught and sent in the past, and what an edit changes',
      )
      .option(
        '--against <file>',
        `the file to compare with (default: ${DEFAULT_CONFIG_FILE}, if --config names another file)`,
      )
      .addOption(
        new Option(
          '--max-per-day <n>',
          'fail if a topic would have sent a recipient more messages than this on a day',
        ).argParser(wholeNumber),
      ),
  )
    .addHelpText(
      'after',
      details(
        'Prints for each topic how many items and stories it would have caught, how many messages a recipient would have got per day and in a month, and the SMS parts of a month. Compared with another file, prints the items that each topic gains and loses, with examples. The past and its limits are those of `topics try`.',
        'With `--max-per-day`, it is a check for CI: the exit code is 1 if any topic exceeds the limit. Emails and SMS count separately.',
        '`--json` prints one object: `{period: {from, to}, searched, topics: [{id, change, after, before, added, removed, smsPartsPerMonth}], exceeding}`. `change` is `new`, `removed` or `null`; `after` and `before` are `{matched, groupedSince, storyCount, estimate}` or `null`; the other parts are those of `topics try`. `exceeding` has the ids of topics beyond `--max-per-day`.',
      ),
    )
    .action(async (options: BacktestOptions) => {
      const { runBacktest } = await import('./backtest/backtest.ts');
      await runBacktest(options);
    });
}

function addAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('show which alerts were sent and why, on this machine or, with --stack, on AWS');

  const withAlertOptions = (command: Command) =>
    command
      .addOption(config())
      .option('--topic <id>', 'only this topic')
      .option('--data <folder>', 'data folder of this machine', DEFAULT_DATA_FOLDER)
      .option('--stack <name>', 'use a deployment on AWS instead of this machine')
      .option('--json', 'print JSON lines', false);

  withAlertOptions(
    alerts.command('list').description('list alerts that were sent, wait for a digest, or were left out'),
  )
    .option('--since <duration>', 'how far to look back', '7d')
    .addHelpText('after', details('docs/alerts.md explains the output.'))
    .action(async (options: AlertsOptions & { since: string }) => {
      const { alertsList } = await import('./alerts/alerts.ts');
      await alertsList(options);
    });

  withAlertOptions(
    alerts
      .command('show')
      .description('show why an alert was sent, or why an item was or was not in an alert')
      .argument('<alert-or-item>', 'id of an alert or an item, or the address of an item'),
  )
    .addHelpText(
      'after',
      details(
        'For an item, prints for each topic whether the item was the first report of its story, a development, a retelling or a copy. For a development or a retelling, prints how likely it belongs to the story and which words of its headline were new. If the item does not match a topic, prints why, clause by clause.',
        'docs/alerts.md explains the output.',
      ),
    )
    .action(async (reference: string, options: AlertsOptions) => {
      const { alertsShow } = await import('./alerts/alerts.ts');
      await alertsShow(reference, options);
    });
}

function addDashboard(program: Command): void {
  program
    .command('dashboard')
    .description('serve the page of `start` read-only, over a deployment on AWS or the data of this machine')
    .addOption(
      new Option('--stack <name>', 'the deployment on AWS, read with your credentials').conflicts('data'),
    )
    .option('--data <folder>', 'data folder of this machine', DEFAULT_DATA_FOLDER)
    .option(
      '--port <port>',
      `port on 127.0.0.1; 0 for any free one (default: the first free one from ${DEFAULT_DASHBOARD_PORT})`,
      port,
    )
    .addOption(config())
    .addHelpText(
      'after',
      details(
        'Prints the address of the page. Shows stories, messages, feeds, queues and what waits, and searches the stored items; changes nothing. Ctrl-C ends it.',
        'With `--stack`, the messages are those of the alert log of the last seven days. AWS does not record their texts, nor whether they were delivered. Reads only while somebody looks at the page: at most every 30 seconds, and 60,000 read units of DynamoDB an hour (less than a cent). A search reads the whole table once.',
        'Without `--stack`, reads the data folder whether `start` runs on it or not.',
        'docs/alerts.md explains what a deployment knows, docs/operations.md the permissions.',
      ),
    )
    .action(async (options: DashboardOptions) => {
      const { dashboard } = await import('./dashboard/dashboard.ts');
      await dashboard(options);
    });
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'check a deployment on AWS or this machine, and report problems, their effects and what to do; exit code 1 if there are any',
    )
    .addOption(
      new Option(
        '--stack <name>',
        `the deployment on AWS (default without --data: ${DEFAULT_STACK}, if your credentials give access to it)`,
      ).conflicts('data'),
    )
    .option(
      '--data <folder>',
      'data folder of npm start on this machine (default if there is no such stack: .news-alerts)',
    )
    .addOption(config())
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      details(
        'For a deployment, checks the stack, the deployed configuration, subscriptions, SMS limits, queues and dead letters, feeds, topics, digests and alarms. For this machine, checks whether `start` runs, mail, feeds, topics, digests, queues, disk, clock and page. Changes nothing.',
        'docs/operations.md explains each result.',
      ),
    )
    .action(async (options: { stack?: string; data?: string; config: string; json?: true }) => {
      const { doctor } = await import('./doctor/doctor.ts');
      await doctor({ ...options, json: options.json ?? false });
    });
}

function addRedrive(program: Command): void {
  program
    .command('redrive')
    .description('move dead letters of a deployment on AWS back to their queues')
    .addArgument(new Argument('[queue]', 'the queue').choices([...QUEUES, 'all']).default('all'))
    .addOption(stack())
    .option('--dry-run', 'only count the messages')
    .addHelpText(
      'after',
      details(
        'SQS moves the messages, and the command waits until it is done. Ctrl-C cancels. docs/operations.md explains why it is safe to handle a message again.',
      ),
    )
    .action(async (queue: QueueName | 'all', options: { stack: string; dryRun?: true }) => {
      const { redrive } = await import('./redrive/redrive.ts');
      await redrive({ queue, stack: options.stack, dryRun: options.dryRun ?? false });
    });
}

function addParse(program: Command): void {
  program
    .command('parse')
    .description('parse a feed document and print it as JSON')
    .argument('<file>', 'a file, or - for standard input')
    .option('--url <url>', 'address of the document, for relative links')
    .option('--content-type <type>', 'the Content-Type header, such as "text/xml; charset=utf-8"')
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

function addMatch(program: Command): void {
  program
    .command('match')
    .description('match items against the topics and print a JSON line {id, topics: [{topic, why}]} per item')
    .requiredOption(
      '--items <file>',
      'JSON lines with id, title, and summary, content, language, url, source {id, title, url}; - for standard input',
    )
    .option('--explain', 'show why each topic matches or not, clause by clause', false)
    .option('--topic <id>', 'only this topic')
    .addOption(config())
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

function addGroup(program: Command): void {
  program
    .command('group')
    .description('group items into stories and print a JSON line {id, story, told, joined} per item')
    .requiredOption(
      '--items <file>',
      'JSON lines with id, title, and summary or content, published; - for standard input',
    )
    .addHelpText(
      'after',
      details(
        'Each input line is a JSON object as for `match`, with `published` where known. Items arrive in the order of their dates; an item without a date follows the item before it.',
        'Each output line is `{id, story, told, joined}`. `story` is the first item of the story once all items have arrived. `told` says whether the item was a first report when it arrived. `joined` is the first item of the story that the item joined then.',
      ),
    )
    .action(async (options: { items: string }) => {
      const { group } = await import('./group.ts');
      await group(options);
    });
}

function addReplay(program: Command): void {
  program
    .command('replay')
    .description('run recorded feeds through the pipeline; print a JSON line per alert, and a summary')
    .argument('<dir>', 'folders of snapshots: <feed>/<poll time>.xml, such as bbc/2020-04-21T004301Z.xml')
    .addOption(config())
    .addHelpText(
      'after',
      details(
        'Each snapshot is a file `<feed>/<poll time>.xml`. Each alert is a line `{at, topic, kind, title, url, feed, items}`; the last line is `{summary}`. `kind` is `new`, `follow-up`, `roundup`, `digest`, `welcome` or `notice`. Each of the items is `{id, title, url, feed, story, role}`; `role` is `first`, `development` or `also`, which is a retelling.',
        'After the last poll, the virtual clock runs on until no follow-up, digest or round-up waits.',
      ),
    )
    .action(async (dir: string, options: { config: string }) => {
      const { replay } = await import('./replay/replay.ts');
      await replay(dir, options.config);
    });
}

function addSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON schema of the configuration, for editors')
    .action(async () => {
      const { jsonSchema } = await import('../config/schema/schema.ts');
      process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
    });
}
