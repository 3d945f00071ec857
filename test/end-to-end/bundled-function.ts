import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SQSBatchResponse } from 'aws-lambda';

const SCRIPT = `
const { handler } = await import(process.argv[1]);
const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 60_000 });
process.stdout.write('\\n' + JSON.stringify(answer ?? null));
`;

/** Runs a bundle's handler once in a separate process, which gets only this environment, as on Lambda. */
export async function invoke(
  file: string,
  event: unknown,
  env: Readonly<Record<string, string>>,
): Promise<SQSBatchResponse | null> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT, file, JSON.stringify(event)],
    { env: { ...env } },
  );
  return JSON.parse(stdout.split('\n').at(-1) ?? '');
}
