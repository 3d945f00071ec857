import { NewsAlertsError } from '../functions/shared/errors.ts';

/** One thing wrong with the user's file: where, and "expected …, got …". */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Such as `topics.summit.match`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** Of a query: the part with the fault, marked, and what to write instead, on lines of their own. */
  readonly snippet?: string | undefined;
}

export function printFault({ file, line, column, path, message, snippet }: Fault): string {
  const first = `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
  return snippet === undefined ? first : [first, ...snippet.split('\n')].join('\n    ');
}

/** All that is wrong with the user's file, together. */
export class ConfigError extends NewsAlertsError {
  override name = 'ConfigError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(printFault).join('\n'));
    this.faults = faults;
  }
}

/** Beside a fault that is no reason to stop: what follows from it. */
export const TOPIC_FAULT_NOTE =
  'what has this fault matches nothing until it is mended; all other topics go on';
