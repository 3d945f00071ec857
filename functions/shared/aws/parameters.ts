// Loaded for configurations with secrets alone: see PARTS in lib/stage-bundling.ts.
import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Clock } from '../model.ts';
import type { SecretResult } from '../secrets.ts';

/** A value that was replaced is in use after this long at the latest, ms; one that is missing is looked for sooner. */
const KEPT_MS = 5 * 60_000;
const MISSING_KEPT_MS = 30_000;
/** The most names that one call may ask for. */
const MAX_NAMES_PER_CALL = 10;
/** Feeds share the time of a poll with it. */
const TIMEOUT_MS = 5_000;

type Values = ReadonlyMap<string, SecretResult>;

/**
 * Reads secrets from the Parameter Store, `names` below `path`: ten with a call, since an account has 40 calls a second.
 * When it does not answer, a value that was read before is used on.
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

  const read = async (group: readonly string[], before: Promise<Values> | undefined): Promise<Values> => {
    const known = await before;
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
          const fault = `expected to read the parameter ${path}${name}, got ${kind} from the Parameter Store; it is tried again`;
          const value = known?.get(name);
          return [name, value && 'value' in value ? value : { fault }];
        }),
      );
    }
  };

  return async (name) => {
    const at = Math.floor(names.indexOf(name) / MAX_NAMES_PER_CALL);
    let kept = groups.get(at);
    if (!kept || clock() >= kept.until) {
      const group = names.slice(at * MAX_NAMES_PER_CALL, (at + 1) * MAX_NAMES_PER_CALL);
      const fresh = { until: clock() + KEPT_MS, values: read(group, kept?.values) };
      groups.set(at, fresh);
      kept = fresh;
      const isWhole = [...(await fresh.values).values()].every((secret) => 'value' in secret);
      if (!isWhole) fresh.until = Math.min(fresh.until, clock() + MISSING_KEPT_MS);
    }
    return (await kept.values).get(name) ?? { fault: missingParameter(`${path}${name}`) };
  };
}

function missingParameter(parameter: string): string {
  return `expected the parameter ${parameter}, got none; create it with: aws ssm put-parameter --name ${parameter} --type SecureString --value …`;
}
