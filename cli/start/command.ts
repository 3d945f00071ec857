import type { Command } from 'commander';
import {
  DEFAULT_DATA_FOLDER,
  DEFAULT_PORT,
  DEFAULT_PUSH_PORT,
  DEFAULT_SIGNUP_PORT,
} from '../shared/defaults.ts';
import { details, examples } from '../shared/help.ts';
import { configOption, loopbackFeedsOption, parsePort } from '../shared/options.ts';

export function addStart(program: Command): void {
  program
    .command('start')
    .description('run the whole pipeline on this machine')
    .addOption(configOption())
    .option('--demo', 'show the demo newsroom instead of real feeds; needs no network')
    .option('--no-demo', 'do not show it either if no feed can be reached and there is no earlier news')
    .option('--port <port>', 'port of the page and the SNS endpoint on 127.0.0.1', parsePort, DEFAULT_PORT)
    .option(
      '--push-port <port>',
      'port on 127.0.0.1 for the pushes of WebSub hubs; only with NEWS_ALERTS_PUSH_URL',
      parsePort,
      DEFAULT_PUSH_PORT,
    )
    .option(
      '--signup-port <port>',
      'port on 127.0.0.1 of the sign-up page; only with signup: in the configuration',
      parsePort,
      DEFAULT_SIGNUP_PORT,
    )
    .option('--data <folder>', 'folder for all data', DEFAULT_DATA_FOLDER)
    .addOption(loopbackFeedsOption())
    .addHelpText(
      'after',
      examples('start', 'start --demo', 'start --config press.yaml --data press-data --port 8720'),
    )
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
        demo?: boolean;
        port: number;
        pushPort: number;
        signupPort: number;
        data: string;
        loopbackFeeds: boolean;
      }) => {
        const { start } = await import('./start.ts');
        await start({
          ...options,
          demo: options.demo ?? false,
          demoIfOffline: options.demo ?? true,
        });
      },
    );
}
