import type { Tick } from '../../../functions/shared/store/ticks.ts';
import { formatDuration, formatTime } from '../../../local/format-time.ts';
import { STOPPED_MS } from '../check-dispatch.ts';
import { type CheckResult, ok } from '../check-result.ts';
import { type MachineContext, startCommand } from './machine-context.ts';

/** `version`: version of the configuration in the file; undefined when the file cannot be read. */
export function startResults(
  running: boolean,
  tick: Tick | undefined,
  version: string | undefined,
  context: Pick<MachineContext, 'data' | 'configFile' | 'clock'>,
): CheckResult[] {
  const { data, configFile } = context;
  const age = tick && context.clock() - tick.at;
  const last = tick
    ? `it last looked for due feeds at ${formatTime(tick.at)}`
    : 'it has never looked for due feeds';
  if (!running) {
    return [
      {
        level: 'problem',
        check: 'start',
        code: 'start-stopped',
        about: data,
        seen: `\`npm start\` is not running with ${data}; ${last}`,
        means:
          'no feed is polled and nothing is sent; items that feeds drop before the next start are missed',
        next: `start it: ${startCommand(context)}`,
      },
    ];
  }
  if (age === undefined || age > STOPPED_MS) {
    return [
      {
        level: 'problem',
        check: 'start',
        code: 'start-stuck',
        about: data,
        seen: `\`npm start\` is running with ${data}, but ${last}`,
        means: 'no feed is polled and no digest is sent; it catches up once it continues',
        next: 'read its terminal, stop it with Ctrl-C, and start it again; if the machine was asleep, wait a minute',
      },
    ];
  }
  const runningResult = ok(
    'start',
    `\`npm start\` is running with ${data} and looked for due feeds ${formatDuration(age)} ago`,
  );
  if (version === undefined || version === tick?.configVersion) return [runningResult];
  return [
    runningResult,
    {
      level: 'warning',
      check: 'start',
      code: 'configuration-differs',
      about: configFile,
      seen: `${configFile} has version ${version}, but \`npm start\` uses ${tick?.configVersion}`,
      means:
        'feeds, topics or defaults of the file are not in force: the file was changed since, or start uses another file',
      next: `stop it with Ctrl-C and start it again: ${startCommand(context)}; or name the file that it uses with --config`,
    },
  ];
}
