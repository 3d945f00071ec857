import { existsSync } from 'node:fs';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { type AwsClients, awsClients } from '../aws-clients.ts';
import { DEFAULT_STACK } from '../deployed-names.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { examineMachine } from '../doctor/machine/examine-machine.ts';
import { isWell, report } from '../doctor/report.ts';
import { interruptSignal } from './interrupt.ts';

export interface DoctorOptions {
  /** A deployment on AWS. */
  readonly stack?: string;
  /** The folder of this machine. */
  readonly data?: string;
  readonly config: string;
  readonly json: boolean;
}

const DATA = '.news-alerts';

/**
 * Runs `doctor`: looks at a deployment on AWS, or at this machine, and tells what it finds. Of the two it looks at the one
 * that is named; else at the stack `NewsAlerts`, where credentials lead to one, and at this machine where they do not.
 */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { stack, data } = options;
  if (data !== undefined) return lookHere(data, options);
  if (stack !== undefined) return lookAt(await awsClients(interrupted()), stack, options);
  let clients: AwsClients;
  try {
    clients = await awsClients(interrupted());
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    if (existsSync(DATA)) return lookHere(DATA, options);
    throw new NewsAlertsError(
      `expected something to look at, got neither: this folder has no ${DATA}, which \`npm start\` makes ` +
        `(name another with --data), and no deployment on AWS can be asked (--stack): ${error.message}`,
      { cause: error },
    );
  }
  return lookAt(clients, DEFAULT_STACK, options, () => lookHere(DATA, options));
}

let signal: AbortSignal | undefined;
function interrupted(): AbortSignal {
  signal ??= interruptSignal();
  return signal;
}

/** `otherwise`: what to do when there is no such stack, and this machine has something to look at. */
async function lookAt(
  clients: AwsClients,
  stack: string,
  { config, json }: DoctorOptions,
  otherwise?: () => Promise<void>,
): Promise<void> {
  const checkedAt = new Date().toISOString();
  if (!json) console.error(`Looking at the stack ${stack} in ${clients.region}…`);
  const findings = await examine(
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
  if (isMissing && otherwise && existsSync(DATA)) {
    if (!json) console.error(`There is no such stack (--stack names another).`);
    return otherwise();
  }
  tell({ stack, region: clients.region, checkedAt }, findings, json);
}

async function lookHere(data: string, { config, json }: DoctorOptions): Promise<void> {
  interrupted();
  const checkedAt = new Date().toISOString();
  if (!json) console.error(`Looking at this machine, at ${data} (--stack looks at a deployment on AWS)…`);
  const findings = await examineMachine(
    {
      data,
      configFile: config,
      env: process.env,
      clock: Date.now,
      progress: (text) => console.error(text),
    },
    () => loadConfigFile(config, process.env),
  );
  tell({ data, checkedAt }, findings, json);
}

function tell(what: object, findings: readonly Finding[], json: boolean): void {
  if (interrupted().aborted) {
    console.error('Stopped before the end; nothing was changed.');
    process.exitCode = 130;
    return;
  }
  const well = isWell(findings);
  const result = { ...what, ok: well, findings };
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : report(findings));
  if (!well) process.exitCode = 1;
}
