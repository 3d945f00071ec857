#!/usr/bin/env node
// Parses arguments. Each command is a function in cli/.
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { AlertsOptions } from '../cli/alerts/alerts.ts';
import type { CheckOptions } from '../cli/check/check.ts';
import { DEFAULT_STACK } from '../cli/deployed/resource-names.ts';
import type { FeedsAddOptions } from '../cli/feeds/feeds-add.ts';
import type { MatchOptions } from '../cli/match.ts';
import type { SendTestOptions } from '../cli/send-test/send-test.ts';
import { UsageError } from '../cli/shared/usage-error.ts';
import { describeFileError } from '../config/file-error.ts';
import { loadEnvironment } from '../config/load-environment.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { QUEUES, type QueueName } from '../functions/shared/pipeline.ts';

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

const config = () =>
  new Option('--config <file>', 'the file with feeds, topics and recipients').default('news-alerts.yaml');
const loopbackFeeds = () =>
  new Option('--loopback-feeds', 'also read feeds of this machine (127.0.0.0/8, ::1)').default(false);

const stack = () => new Option('--stack <name>', 'the deployment on AWS').default(DEFAULT_STACK);

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('Expected a port from 0 (any free one) to 65535.');
}

const program = new Command('news-alerts')
  .description('Short, trustworthy alerts when something new happens on a topic you watch.')
  .addHelpText(
    'after',
    '\nExit codes: 0 success; 1 invalid input or configuration, or a failure; 2 wrong usage; 130 interrupted.',
  )
  .exitOverride();

program
  .command('start')
  .description('run the whole pipeline on this machine')
  .addOption(config())
  .option('--demo', 'show the demo newsroom instead of real feeds; needs no network')
  .option('--port <port>', 'port of the page and the SNS endpoint on 127.0.0.1', port, 8710)
  .option('--data <folder>', 'folder for all data', '.news-alerts')
  .addOption(loopbackFeeds())
  .action(
    async (options: { config: string; demo?: true; port: number; data: string; loopbackFeeds: boolean }) => {
      const { start } = await import('../cli/start.ts');
      await start({
        ...options,
        demo: options.demo ?? false,
      });
    },
  );

program
  .command('check')
  .description('check the configuration and report all errors in it')
  .addOption(config())
  .option(
    '--data <folder>',
    'data folder whose history is used to estimate a month (default: ".news-alerts", if it exists)',
  )
  .option('--stack <name>', 'use a deployment on AWS instead of this machine')
  .action(async (options: CheckOptions) => {
    const { check } = await import('../cli/check/check.ts');
    await check(options);
  });

program
  .command('parse')
  .description('parse a feed document and print it as JSON')
  .argument('<file>', 'a file, or - for standard input')
  .option('--url <url>', 'address of the document, for relative links')
  .option('--content-type <type>', 'the Content-Type header, such as "text/xml; charset=utf-8"')
  .action(async (file: string, options: { url?: string; contentType?: string }) => {
    const { parse } = await import('../cli/parse.ts');
    await parse(file, options);
  });

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
  .action(async (options: MatchOptions) => {
    const { match } = await import('../cli/match.ts');
    await match(options);
  });

const alerts = program
  .command('alerts')
  .description('show which alerts were sent and why, on this machine or, with --stack, on AWS');

const withAlertOptions = (command: Command) =>
  command
    .addOption(config())
    .option('--topic <id>', 'only this topic')
    .option('--data <folder>', 'data folder of this machine', '.news-alerts')
    .option('--stack <name>', 'use a deployment on AWS instead of this machine')
    .option('--json', 'print JSON lines', false);

withAlertOptions(
  alerts.command('list').description('list alerts that were sent, wait for a digest, or were left out'),
)
  .option('--since <duration>', 'how far to look back', '7d')
  .action(async (options: AlertsOptions & { since: string }) => {
    const { alertsList } = await import('../cli/alerts/alerts.ts');
    await alertsList(options);
  });

withAlertOptions(
  alerts
    .command('show')
    .description('show why an alert was sent, or why an item was or was not in an alert')
    .argument('<alert-or-item>', 'id of an alert or an item, or the address of an item'),
).action(async (reference: string, options: AlertsOptions) => {
  const { alertsShow } = await import('../cli/alerts/alerts.ts');
  await alertsShow(reference, options);
});

program
  .command('group')
  .description('group items into stories and print a JSON line {id, story, told, joined} per item')
  .requiredOption(
    '--items <file>',
    'JSON lines with id, title, and summary or content, published; - for standard input',
  )
  .action(async (options: { items: string }) => {
    const { group } = await import('../cli/group.ts');
    await group(options);
  });

const feeds = program
  .command('feeds')
  .description('add, import, export and list the feeds of the configuration');

const dryRun = (text: string) => new Option('--dry-run', text).default(false);

feeds
  .command('add')
  .description('find the feed at an address, show it, and add it to the configuration')
  .argument('<url>', 'address of a feed, or of a web page that links to one')
  .addOption(config())
  .option('--id <id>', 'id of the feed (default: generated from the address)')
  .option('--title <title>', "title that alerts show (default: the feed's own title)")
  .option('--every <duration>', 'polling interval, such as 5m or 2h')
  .option('--tag <tag>', 'a tag; can be repeated', (tag: string, tags: string[]) => [...tags, tag], [])
  .addOption(loopbackFeeds())
  .addOption(dryRun('only show the feed and what would be written'))
  .action(async (url: string, options: FeedsAddOptions) => {
    const { feedsAdd } = await import('../cli/feeds/feeds-add.ts');
    await feedsAdd(url, options);
  });

feeds
  .command('import')
  .description('add the feeds in an OPML file from another reader; connects to no server')
  .argument('<file>', 'an OPML file, or - for standard input')
  .addOption(config())
  .addOption(dryRun('only print what would be written'))
  .action(async (file: string, options: { config: string; dryRun: boolean }) => {
    const { feedsImport } = await import('../cli/feeds/feeds-import.ts');
    await feedsImport(file, options);
  });

feeds
  .command('export')
  .description('write the feeds as OPML 2.0, for other readers')
  .argument('[file]', 'the file to write (default: standard output)')
  .addOption(config())
  .action(async (file: string | undefined, options: { config: string }) => {
    const { feedsExport } = await import('../cli/feeds/feeds-export.ts');
    feedsExport(file, options.config);
  });

feeds
  .command('list')
  .description('print one feed per line: id, interval, address, title and tags, separated by tabs')
  .addOption(config())
  .action(async (options: { config: string }) => {
    const { feedsList } = await import('../cli/feeds/feeds-list.ts');
    feedsList(options.config);
  });

program
  .command('replay')
  .description('run recorded feeds through the pipeline; print a JSON line per alert, and a summary')
  .argument('<dir>', 'folders of snapshots: <feed>/<poll time>.xml, such as bbc/2020-04-21T004301Z.xml')
  .addOption(config())
  .action(async (dir: string, options: { config: string }) => {
    const { replay } = await import('../cli/replay/replay.ts');
    await replay(dir, options.config);
  });

program
  .command('test')
  .description('send a test alert like a real one, and print the answer of the mail server or SNS')
  .option('--email <address>', 'send to this address')
  .option('--sms <number>', 'send to this phone number, such as +12025550123')
  .option('--topic <id>', 'send as an alert of this topic (default: the first topic of the file)')
  .addOption(config())
  .option('--stack <name>', 'send through a deployment on AWS instead of this machine')
  .action(async (options: SendTestOptions) => {
    const { sendTest } = await import('../cli/send-test/send-test.ts');
    await sendTest(options);
  });

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
  .action(async (options: { stack?: string; data?: string; config: string; json?: true }) => {
    const { doctor } = await import('../cli/doctor/doctor.ts');
    await doctor({ ...options, json: options.json ?? false });
  });

program
  .command('redrive')
  .description('move dead letters of a deployment on AWS back to their queues')
  .addArgument(new Argument('[queue]', 'the queue').choices([...QUEUES, 'all']).default('all'))
  .addOption(stack())
  .option('--dry-run', 'only count the messages')
  .action(async (queue: QueueName | 'all', options: { stack: string; dryRun?: true }) => {
    const { redrive } = await import('../cli/redrive/redrive.ts');
    await redrive({ queue, stack: options.stack, dryRun: options.dryRun ?? false });
  });

program
  .command('schema')
  .description('print the JSON schema of the configuration, for editors')
  .action(async () => {
    const { jsonSchema } = await import('../config/schema/schema.ts');
    process.stdout.write(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  });

// The reader of our output may close the pipe, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  console.error(`expected to write to standard output, got ${describeFileError(error)}`);
  process.exit(EXIT.failed);
});

try {
  loadEnvironment();
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else if (error instanceof NewsAlertsError) {
    console.error(error.message);
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  } else {
    throw error;
  }
}
