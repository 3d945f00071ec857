import type { Tick } from '../../../functions/shared/store/ticks.ts';
import { formatDuration, formatTime } from '../../../local/format-time.ts';
import { STOPPED_MS } from '../check-dispatch.ts';
import { type CheckResult, ok } from '../check-result.ts';
import { type MachineContext, startCommand } from './machine-context.ts';

/** `version`: of the configuration that the file holds; undefined where it cannot be read. */
export function startResults(
  running: boolean,
  tick: Tick | undefined,
  version: string | undefined,
  visit: Pick<MachineContext, 'data' | 'configFile' | 'clock'>,
): CheckResult[] {
  const { data, configFile } = visit;
  const age = tick && visit.clock() - tick.at;
  const last = tick ? `it looked for feeds last at ${formatTime(tick.at)}` : 'it has never looked for feeds';
  if (!running) {
    return [
      {
        level: 'problem',
        check: 'start',
        code: 'start-stopped',
        about: data,
        seen: `\`npm start\` does not run on ${data}; ${last}`,
        means: 'no feed is polled and nothing is sent; what feeds drop before the next start is missed',
        next: `start it: ${startCommand(visit)}`,
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
        seen: `\`npm start\` runs on ${data}, but ${last}`,
        means: 'no feed is polled and no digest is sent; once it goes on, it makes up for that',
        next: 'read what it says in its terminal, stop it with Ctrl-C, and start it again; a machine that was asleep needs a minute',
      },
    ];
  }
  const runs = ok('start', `\`npm start\` runs on ${data}, and looked for feeds ${formatDuration(age)} ago`);
  if (version === undefined || version === tick?.configVersion) return [runs];
  return [
    runs,
    {
      level: 'warning',
      check: 'start',
      code: 'configuration-differs',
      about: configFile,
      seen: `${configFile} has version ${version}, \`npm start\` works with ${tick?.configVersion}`,
      means:
        'feeds, topics or defaults of the file are not in force: it was changed since, or start was given another',
      next: `stop it with Ctrl-C and start it again: ${startCommand(visit)}; or name its file with --config`,
    },
  ];
}
