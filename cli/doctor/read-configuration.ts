import { type Fault, printFault } from '../../config/faults.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { CheckResult } from './check-result.ts';

/** Parts of the results that differ between AWS and one machine. */
interface ResultTexts {
  /** The checks that need the file. */
  readonly skipped: string;
  /** The consequence of a fault in a query. */
  readonly broken: string;
  /** Follows "fix it". */
  readonly thenDeploy: string;
}

/** Loads the user's file. Its faults become results, so that the checks that do not need the file still run. */
export function readConfiguration(
  configFile: string,
  load: () => LoadedConfig,
  { skipped, broken, thenDeploy }: ResultTexts,
): { loaded?: LoadedConfig; results: readonly CheckResult[] } {
  const checkCommand = `npx news-alerts check --config ${configFile}`;
  try {
    const loaded = load();
    const results = loaded.topicFaults.map(
      (fault: Fault): CheckResult => ({
        level: 'problem',
        check: 'configuration',
        code: 'query-broken',
        about: fault.path,
        seen: printFault({ ...fault, snippet: undefined }),
        means: broken,
        next: `fix it (${checkCommand} shows the place)${thenDeploy}`,
      }),
    );
    return { loaded, results };
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    return {
      results: [
        {
          level: 'problem',
          check: 'configuration',
          code: 'configuration-unreadable',
          about: configFile,
          seen: error.message,
          means: `these were not checked, since they need the file: ${skipped}`,
          next: `fix the file (${checkCommand}), or name another with --config`,
        },
      ],
    };
  }
}
