import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { awsClients } from '../aws-clients.ts';
import { examine } from '../doctor/examine.ts';
import { isWell, report } from '../doctor/report.ts';
import { interruptSignal } from './interrupt.ts';

export interface DoctorOptions {
  readonly stack: string;
  readonly config: string;
  readonly json: boolean;
}

/** `doctor`: looks at a deployment on AWS and tells what it finds. Writes nothing there. */
export async function doctor({ stack, config, json }: DoctorOptions): Promise<void> {
  const interrupted = interruptSignal();
  const clients = await awsClients(interrupted);
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
  if (interrupted.aborted) {
    console.error('Stopped before the end; nothing was changed.');
    process.exitCode = 130;
    return;
  }
  const well = isWell(findings);
  const result = { stack, region: clients.region, checkedAt, ok: well, findings };
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : report(findings));
  if (!well) process.exitCode = 1;
}
