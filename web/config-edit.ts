import { structuredPatch } from 'diff';
import { type ConfigText, readConfig, writeConfig } from '../config/edit/config-file.ts';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { hash64 } from '../functions/shared/hash.ts';
import type { PageActions } from '../local/page-data.ts';

/** A change of the configuration file that is not written yet. */
export interface ConfigEdit {
  readonly config: ConfigText;
  /** The whole text after the change. */
  readonly changed: string;
}

/** One line of a diff. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'place';
  readonly text: string;
}

const CONTEXT_LINES = 3;

/**
 * Returns the change of the file that `edit` makes of its text.
 * @throws NewsAlertsError if the file is not valid, or the edit is not possible
 */
export function editOf(
  { configFile, environment }: Pick<PageActions, 'configFile' | 'environment'>,
  edit: (config: ConfigText) => string | undefined,
): ConfigEdit {
  const config = readConfig(configFile, environment());
  const changed = edit(config);
  if (changed === undefined) {
    throw new NewsAlertsError(
      `${configFile}: expected entries that can be changed one by one, got a form in which that is not possible, such as aliases or tags; nothing was changed. Edit the file by hand`,
    );
  }
  return { config, changed };
}

/** Names the text that an edit starts from, so that a confirmation of an older one is noticed. */
export const baseOf = ({ config }: ConfigEdit): string => hash64(config.text);

/**
 * Writes a change and puts it in force.
 * @throws NewsAlertsError if the changed text is not valid, somebody changed the file meanwhile, it cannot be written, or
 * what was written cannot be put in force
 */
export async function applyEdit(actions: PageActions, { config, changed }: ConfigEdit): Promise<void> {
  writeConfig(config, changed, actions.environment());
  try {
    await actions.applyConfig();
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new NewsAlertsError(
      `${config.file} was written, but is not in use yet: ${got}. The earlier configuration stays in use until the next edit or start`,
      { cause },
    );
  }
}

/** Returns the lines that an edit changes, with some around them. */
export function diffOf({ config, changed }: ConfigEdit): DiffLine[] {
  const { hunks } = structuredPatch('', '', config.text, changed, '', '', { context: CONTEXT_LINES });
  return hunks.flatMap(({ oldStart, lines }): DiffLine[] => [
    { kind: 'place', text: `line ${oldStart}` },
    ...lines.map((line): DiffLine => {
      const [mark] = line;
      return {
        kind: mark === '+' ? 'added' : mark === '-' ? 'removed' : 'same',
        text: line.slice(1),
      };
    }),
  ]);
}
