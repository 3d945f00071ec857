import { type Fault, printFault } from '../../config/faults.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { CheckResult } from './check-result.ts';

/** What the findings about a file say where it is used. */
interface ResultTexts {
  /** The checks that need the file. */
  readonly skipped: string;
  /** What a fault in a query means. */
  readonly broken: string;
  /** After "mend it". */
  readonly thenDeploy: string;
}

/** Loads the user's file. What is wrong with it is told among the rest: the system works on without it. */
export function readConfiguration(
  configFile: string,
  load: () => LoadedConfig,
  { skipped, broken, thenDeploy }: ResultTexts,
): { loaded?: LoadedConfig; findings: readonly CheckResult[] } {
  const checkCommand = `npx news-alerts check --config ${configFile}`;
  try {
    const loaded = load();
    const findings = loaded.topicFaults.map(
      (fault: Fault): CheckResult => ({
        level: 'problem',
        check: 'configuration',
        code: 'query-broken',
        about: fault.path,
        seen: printFault({ ...fault, snippet: undefined }),
        means: broken,
        next: `mend it (${checkCommand} shows the place)${thenDeploy}`,
      }),
    );
    return { loaded, findings };
  } catch (error) {
    if (!(error instanceof NewsAlertsError)) throw error;
    return {
      findings: [
        {
          level: 'problem',
          check: 'configuration',
          code: 'configuration-unreadable',
          about: configFile,
          seen: error.message,
          means: `not checked without the file: ${skipped}`,
          next: `mend it (${checkCommand}), or name another with --config`,
        },
      ],
    };
  }
}
