import type { Command } from 'commander';
import {
  DEFAULT_DATA_FOLDER,
  DEFAULT_PORT,
  DEFAULT_PUSH_PORT,
  DEFAULT_SIGNUP_PORT,
} from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, jsonOption, loopbackFeedsOption } from '../shared/options.ts';
import type { InitOptions } from './init.ts';

export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a first configuration: what to watch, where, and whom to tell')
    .addOption(configOption())
    .option('--watch <query>', 'what to watch; asked if missing')
    .option('--feed <where...>', 'sites or feeds, or regions, languages or subjects; asked if missing')
    .option('--email <address>', 'who receives the alerts; asked if missing')
    .addOption(loopbackFeedsOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'init',
        'init --watch volcano --feed science philippines --email you@example.org',
        'init --watch "harbour strike" --feed example.org --email you@example.org',
      ),
    )
    .addHelpText(
      'after',
      details(
        'Asks three questions, finds the feeds of the sites that you name, and writes `news-alerts.yaml`, `.env` (with your address) and `.gitignore`. Then it offers to start.',
        'In place of addresses, name a region (`germany`, `india`, `us`), a language (`de`, `Portuguese`) or a subject (`tech`, `science`, `business`). A short list has well-known feeds for some of them; another word prints those that it knows. Each feed is read first, and left out if it does not answer.',
        'Without a terminal, the answers are options: `news-alerts init --watch "harbour strike" --feed example.org --email you@example.org`.',
        '`--json` prints `{config, feeds: [{url, title}], watch, email, files}`, where `files` are those that were written or changed, and does not start.',
      ),
    )
    .action(async (options: InitOptions) => {
      const { init } = await import('./init.ts');
      if (!(await init(options))) return;
      const { start } = await import('../start/start.ts');
      await start({
        config: options.config,
        demo: false,
        demoIfOffline: true,
        port: DEFAULT_PORT,
        pushPort: DEFAULT_PUSH_PORT,
        signupPort: DEFAULT_SIGNUP_PORT,
        data: DEFAULT_DATA_FOLDER,
        loopbackFeeds: options.loopbackFeeds,
      });
    });
}
