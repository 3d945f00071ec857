import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { EXIT_CODES } from './shared/exit-codes.ts';
import { examples } from './shared/help.ts';

type AddCommand = (program: Command) => void;

/**
 * The commands, in the order of the help. The options and help of each command are in the `command.ts` of its folder, and
 * its code is in other files, which are loaded when the command runs.
 */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  init: async () => (await import('./init/command.ts')).addInit,
  start: async () => (await import('./start/command.ts')).addStart,
  deploy: async () => (await import('./deploy/command.ts')).addDeploy,
  check: async () => (await import('./check/command.ts')).addCheck,
  cost: async () => (await import('./cost/command.ts')).addCost,
  test: async () => (await import('./send-test/command.ts')).addTest,
  feeds: async () => (await import('./feeds/command.ts')).addFeeds,
  topics: async () => (await import('./topics/command.ts')).addTopics,
  backtest: async () => (await import('./backtest/command.ts')).addBacktest,
  alerts: async () => (await import('./alerts/command.ts')).addAlerts,
  doctor: async () => (await import('./doctor/command.ts')).addDoctor,
  dashboard: async () => (await import('./dashboard/command.ts')).addDashboard,
  redrive: async () => (await import('./redrive/command.ts')).addRedrive,
  parse: async () => (await import('./stages/command.ts')).addParse,
  match: async () => (await import('./stages/command.ts')).addMatch,
  group: async () => (await import('./stages/command.ts')).addGroup,
  replay: async () => (await import('./replay/command.ts')).addReplay,
  completion: async () => (await import('./completion/command.ts')).addCompletion,
  schema: async () => (await import('./check/command.ts')).addSchema,
};

/**
 * Returns the command line. `first`: its first argument. If that names a command, the others are left out, which saves the
 * time to load them.
 */
export async function createProgram(first?: string): Promise<Command> {
  const program = new Command('news-alerts')
    .description('Short, trustworthy alerts when something new happens on a topic you watch.')
    .addHelpText('after', examples('init', 'start --demo', 'feeds add --help'))
    .addHelpText(
      'after',
      `\nExit codes: ${EXIT_CODES.map(({ code, meaning }) => `${code} ${meaning}`).join('; ')}.`,
    )
    .version(packageJson.version)
    .exitOverride();
  // `completion` describes all commands.
  const isAlone = first !== undefined && first !== 'completion' && Object.hasOwn(COMMANDS, first);
  const names = isAlone ? [first] : Object.keys(COMMANDS);
  for (const add of await Promise.all(names.map((name) => COMMANDS[name]?.()))) add?.(program);
  return program;
}
