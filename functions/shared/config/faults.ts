import { NewsAlertsError } from '../errors.ts';

/** One thing wrong with the user's file: where, and "expected …, got …". */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Such as `topics.summit.match`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export function printFault({ file, line, column, path, message }: Fault): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
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
