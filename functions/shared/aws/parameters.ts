// Only configurations with secrets load this file: see PARTS in lib/stage-bundling.ts.
import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Clock } from '../model.ts';
import type { SecretResult } from '../secrets.ts';

/** A replaced value takes effect within this time. */
const CACHE_MS = 5 * 60_000;
/** A missing value is read again after this long. */
const MISSING_CACHE_MS = 30_000;
/** SSM's limit for one GetParameters call. */
const MAX_NAMES_PER_CALL = 10;
/** A poll waits for its secrets, so this counts against the time of the poll. */
const TIMEOUT_MS = 5_000;

type Values = ReadonlyMap<string, SecretResult>;

/**
 * Returns a function that reads secrets from the Parameter Store, `names` below `path`. Reads ten secrets with each call,
 * because an account is limited to 40 calls a second. When a read fails, the values from an earlier read stay in use.
 */
export function parameters(
  path: string,
  names: readonly string[],
  clock: Clock,
  sdk: SSMClientConfig = {},
): (name: string) => Promise<SecretResult> {
  const requestHandler = { requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true };
  const client = new SSMClient({ requestHandler, ...sdk });
  const groups = new Map<number, { until: number; values: Promise<Values> }>();

  const read = async (group: readonly string[], earlier: Promise<Values> | undefined): Promise<Values> => {
    const known = await earlier;
    try {
      const { Parameters = [] } = await client.send(
        new GetParametersCommand({ Names: group.map((name) => `${path}${name}`), WithDecryption: true }),
      );
      const values = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
      return new Map(
        group.map((name) => {
          const value = values.get(`${path}${name}`);
          return [name, value ? { value } : { fault: missingParameter(`${path}${name}`) }];
        }),
      );
    } catch (error) {
      const { name: kind } = error as Error;
      return new Map(
        group.map((name) => {
          const fault = `expected to read the parameter ${path}${name}, got ${kind} from the Parameter Store; it will be read again`;
          const value = known?.get(name);
          return [name, value && 'value' in value ? value : { fault }];
        }),
      );
    }
  };

  return async (name) => {
    const index = Math.floor(names.indexOf(name) / MAX_NAMES_PER_CALL);
    let cached = groups.get(index);
    if (!cached || clock() >= cached.until) {
      const group = names.slice(index * MAX_NAMES_PER_CALL, (index + 1) * MAX_NAMES_PER_CALL);
      const fresh = { until: clock() + CACHE_MS, values: read(group, cached?.values) };
      groups.set(index, fresh);
      cached = fresh;
      const isComplete = [...(await fresh.values).values()].every((secret) => 'value' in secret);
      if (!isComplete) fresh.until = Math.min(fresh.until, clock() + MISSING_CACHE_MS);
    }
    return (await cached.values).get(name) ?? { fault: missingParameter(`${path}${name}`) };
  };
}

function missingParameter(parameter: string): string {
  return `expected the parameter ${parameter}, got none; create it with: aws ssm put-parameter --name ${parameter} --type SecureString --value …`;
}
