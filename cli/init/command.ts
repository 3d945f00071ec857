import type { Command } from 'commander';
import { DEFAULT_DATA_FOLDER, DEFAULT_PORT, DEFAULT_PUSH_PORT } from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, loopbackFeedsOption } from '../shared/options.ts';
import type { InitOptions } from './init.ts';

export function addInit(program: Command): void {
  program
    .command('init')
    .description('write a first configuration: what to watch, where, and whom to tell')
    .addOption(configOption())
    .option('--watch <query>', 'what to watch; asked if missing')
    .option('--feed <address...>', 'addresses of sites or feeds; asked if missing')
    .option('--email <address>', 'who receives the alerts; asked if missing')
    .addOption(loopbackFeedsOption())
    .addHelpText(
      'after',
      examples('init', 'init --watch "harbour strike" --feed example.org --email you@example.org'),
    )
    .addHelpText(
      'after',
      details(
        'Asks three questions, finds the feeds of the sites that you name, and writes `news-alerts.yaml`, `.env` (with your address) and `.gitignore`. Then it offers to start.',
        'Without a terminal, the answers are options: `news-alerts init --watch "harbour strike" --feed example.org --email you@example.org`.',
      ),
    )
    .action(async (options: InitOptions) => {
      const { init } = await import('./init.ts');
      if (!(await init(options))) return;
      const { start } = await import('../start/start.ts');
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
