import { existsSync } from 'node:fs';
import { loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { type AwsClients, awsClients } from '../deployed/aws-clients.ts';
import { DEFAULT_STACK } from '../deployed/resource-names.ts';
import { DEFAULT_DATA_FOLDER } from '../shared/defaults.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import type { CheckResult } from './check-result.ts';
import { runMachineChecks } from './machine/run-machine-checks.ts';
import { formatReport, isHealthy } from './report.ts';
import { runStackChecks } from './run-stack-checks.ts';

export interface DoctorOptions {
  /** Stack of a deployment on AWS. */
  readonly stack?: string;
  /** Data folder of this machine. */
  readonly data?: string;
  readonly config: string;
  readonly json: boolean;
}

/**
 * Runs `doctor`: checks a deployment on AWS or this machine, and prints the findings. Checks the one that the options
 * name. Without such an option, checks the stack `NewsAlerts` if the credentials find one, and otherwise this machine.
 */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { stack, data } = options;
  if (data !== undefined) return checkThisMachine(data, options);
  if (stack !== undefined) return checkStackAt(await awsClients(interrupted()), stack, options);
  let clients: AwsClients;
  try {
    clients = await awsClients(interrupted());
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    if (existsSync(DEFAULT_DATA_FOLDER)) return checkThisMachine(DEFAULT_DATA_FOLDER, options);
    throw new NewsAlertsError(
      `found nothing to check: this folder has no ${DEFAULT_DATA_FOLDER}, which \`npm start\` creates ` +
        `(name another folder with --data), and no deployment on AWS can be reached (--stack): ${error.message}`,
      { cause: error },
    );
  }
  return checkStackAt(clients, DEFAULT_STACK, options, () => checkThisMachine(DEFAULT_DATA_FOLDER, options));
}

let signal: AbortSignal | undefined;
function interrupted(): AbortSignal {
  signal ??= interruptSignal();
  return signal;
}

/** `otherwise`: runs instead when there is no such stack and this machine has a data folder. */
async function checkStackAt(
  clients: AwsClients,
  stack: string,
  { config, json }: DoctorOptions,
  otherwise?: () => Promise<void>,
): Promise<void> {
  const checkedAt = new Date().toISOString();
  if (!json) console.error(`Checking the stack ${stack} in ${clients.region}…`);
  const results = await runStackChecks(
    {
      clients,
      clock: Date.now,
      stackName: stack,
      configFile: config,
      progress: (text) => console.error(text),
    },
    () => loadConfigFile(config, process.env, '--config', 'deployed'),
  );
  const isMissing = results.some(({ code }) => code === 'stack-missing');
  if (isMissing && otherwise && existsSync(DEFAULT_DATA_FOLDER)) {
    if (!json) console.error('There is no such stack (name another with --stack).');
    return otherwise();
  }
  printReport({ stack, region: clients.region, checkedAt }, results, json);
}

async function checkThisMachine(data: string, { config, json }: DoctorOptions): Promise<void> {
  interrupted();
  const checkedAt = new Date().toISOString();
  if (!json)
    console.error(`Checking this machine, with the data in ${data} (--stack checks a deployment on AWS)…`);
  const results = await runMachineChecks(
    {
      data,
      configFile: config,
      env: process.env,
      clock: Date.now,
      progress: (text) => console.error(text),
    },
    () => loadConfigFile(config, process.env),
  );
  printReport({ data, checkedAt }, results, json);
}

function printReport(subject: object, results: readonly CheckResult[], json: boolean): void {
  if (interrupted().aborted) {
    console.error('Stopped before the end; nothing was changed.');
    process.exitCode = 130;
    return;
  }
  const healthy = isHealthy(results);
  const report = { ...subject, ok: healthy, findings: results };
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(results));
  if (!healthy) process.exitCode = 1;
}
