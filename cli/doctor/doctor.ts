import { existsSync } from 'node:fs';
import { loadConfigFile } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { type AwsClients, awsClients } from '../deployed/aws-clients.ts';
import { DEFAULT_STACK } from '../deployed/resource-names.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import type { CheckResult } from './check-result.ts';
import { runMachineChecks } from './machine/run-machine-checks.ts';
import { formatReport, isHealthy } from './report.ts';
import { runStackChecks } from './run-stack-checks.ts';

export interface DoctorOptions {
  /** A deployment on AWS. */
  readonly stack?: string;
  /** The folder of this machine. */
  readonly data?: string;
  readonly config: string;
  readonly json: boolean;
}

const DEFAULT_DATA_FOLDER = '.news-alerts';

/**
 * Runs `doctor`: looks at a deployment on AWS, or at this machine, and tells what it finds. Of the two it looks at the one
 * that is named; else at the stack `NewsAlerts`, where credentials lead to one, and at this machine where they do not.
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
      `expected something to look at, got neither: this folder has no ${DEFAULT_DATA_FOLDER}, which \`npm start\` makes ` +
        `(name another with --data), and no deployment on AWS can be asked (--stack): ${error.message}`,
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

/** `otherwise`: what to do when there is no such stack, and this machine has something to look at. */
async function checkStackAt(
  clients: AwsClients,
  stack: string,
  { config, json }: DoctorOptions,
  otherwise?: () => Promise<void>,
): Promise<void> {
  const checkedAt = new Date().toISOString();
  if (!json) console.error(`Looking at the stack ${stack} in ${clients.region}…`);
  const findings = await runStackChecks(
    {
      clients,
      clock: Date.now,
      stackName: stack,
      configFile: config,
      progress: (text) => console.error(text),
    },
    () => loadConfigFile(config, process.env),
  );
  const isMissing = findings.some(({ code }) => code === 'stack-missing');
  if (isMissing && otherwise && existsSync(DEFAULT_DATA_FOLDER)) {
    if (!json) console.error(`There is no such stack (--stack names another).`);
    return otherwise();
  }
  printReport({ stack, region: clients.region, checkedAt }, findings, json);
}

async function checkThisMachine(data: string, { config, json }: DoctorOptions): Promise<void> {
  interrupted();
  const checkedAt = new Date().toISOString();
  if (!json) console.error(`Looking at this machine, at ${data} (--stack looks at a deployment on AWS)…`);
  const findings = await runMachineChecks(
    {
      data,
      configFile: config,
      env: process.env,
      clock: Date.now,
      progress: (text) => console.error(text),
    },
    () => loadConfigFile(config, process.env),
  );
  printReport({ data, checkedAt }, findings, json);
}

function printReport(what: object, findings: readonly CheckResult[], json: boolean): void {
  if (interrupted().aborted) {
    console.error('Stopped before the end; nothing was changed.');
    process.exitCode = 130;
    return;
  }
  const well = isHealthy(findings);
  const result = { ...what, ok: well, findings };
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : formatReport(findings));
  if (!well) process.exitCode = 1;
}
