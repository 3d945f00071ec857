import { type Command, Option } from 'commander';
import { withPast } from '../past/with-past.ts';
import { DEFAULT_DATA_FOLDER, DEFAULT_STORY_LIMIT } from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption, parseWholeNumber, smsPriceOption } from '../shared/options.ts';
import type { TopicsFeedsOptions } from './topics-feeds.ts';
import type { TopicsTryOptions } from './topics-try.ts';

export function addTopics(program: Command): void {
  const topics = program
    .command('topics')
    .description('try queries on past news, and print where topics can be read as feeds')
    .addHelpText('after', examples("topics try 'flood -sale'", 'topics feeds'));
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
          .argParser(parseWholeNumber)
          .default(DEFAULT_STORY_LIMIT),
      )
      .addOption(smsPriceOption()),
  )
    .addHelpText(
      'after',
      examples(
        "topics try 'flood -sale'",
        `topics try 'flood OR "storm surge"' --topic floods`,
        'topics try flood --recordings recorded-feeds --json',
      ),
    )
    .addHelpText(
      'after',
      details(
        'Searches the news of the last 90 days that this machine or a deployment has stored, whether `start` runs or not. Groups it into stories as alerts are, and prints the latest ones with the found words marked, the forms in which the words were found, the number of stories per day, and an estimate of messages and of what the SMS would cost on AWS. With `--topic`, prints which stories the query adds to those of the topic, and which it loses.',
        'An item counts at the time at which it was published or, without a date, found. Of long texts, the first 4,000 characters are stored. Edits do not count. The estimate has one recipient by email and one by SMS. The cost of SMS is that of the phone numbers in the file that receive the topic or, without `--topic`, all topics; without such a number, that of one in the US. Every SMS has one part.',
        '`--json` prints one object: `{query, period: {from, to, pollingSince}, searched, matched, groupedSince, storyCount, stories, days: [{day, stories, items}], variants: [{term, found: [{text, items}]}], estimate, smsCost, comparison}`. Each story is `{id, at, title, url, feed, sources, why, items: [{id, at, title, url, feed, role}]}`; `role` is `first`, `development`, `also` (a retelling) or `copy`. `estimate` is `{historyDays, month: {email, sms}, messages, busiest: {day, messages}}`; `month` is `null` if the history is shorter than a day. `smsCost` is `{partsPerMonth, dollarsPerMonth, isExample, destinations: [{prefix, country, numbers, partsPerMonth, dollarsPerPart}]}` or, without a `month`, `null`; `isExample` says that no number in the file is concerned, and unknown prices are `null`. `groupedSince` is a time if more than 2,000 items match: the rest covers only the items since then. `comparison` is there with `--topic`: `{topic, matched, storyCount, estimate, added, removed}`, the last two each `{items, stories, examples}`.',
      ),
    )
    .action(async (query: string, options: TopicsTryOptions) => {
      const { topicsTry } = await import('./topics-try.ts');
      await topicsTry(query, options);
    });

  topics
    .command('feeds')
    .description('print the addresses at which topics can be read as Atom and JSON Feed')
    .addOption(configOption())
    .option('--topic <id>', 'only this topic')
    .addOption(
      new Option('--data <folder>', 'data folder of this machine')
        .conflicts('stack')
        .default(DEFAULT_DATA_FOLDER),
    )
    .option('--stack <name>', 'use a deployment on AWS instead of this machine')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('topics feeds', 'topics feeds --topic floods --stack NewsAlerts', 'topics feeds --json'),
    )
    .addHelpText(
      'after',
      details(
        'Needs `signup: { feeds: true }` in the file, which docs/sign-up.md explains. Whoever has an address can read the topic. All addresses of a deployment are made with a key in its table; the first run creates it.',
        'On this machine, the addresses begin with `NEWS_ALERTS_SIGNUP_URL`. Without it, they lead to port 8720 of this machine.',
        '`--json` prints one object: `{feeds: [{topic, name, atom, json}]}`.',
      ),
    )
    .action(async (options: TopicsFeedsOptions) => {
      const { topicsFeeds } = await import('./topics-feeds.ts');
      await topicsFeeds(options);
    });
}
