import { NewsAlertsError } from '../functions/shared/errors.ts';

/** An error in the user's file. */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Path of the value, such as `topics.summit.match`; empty for the file as a whole. */
  readonly path: string;
  /** "expected …, got …" */
  readonly message: string;
  /** The part of the file with the error underlined, and what to write instead. May have several lines. */
  readonly snippet?: string | undefined;
}

/** Returns where a fault is and what is wrong, on one line. */
export function faultLine({ file, line, column, path, message }: Fault): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}

/** Returns the lines that describe a fault; the lines of its snippet are indented. */
export function printFault(fault: Fault): string {
  return [faultLine(fault), ...(fault.snippet?.split('\n') ?? [])].join('\n    ');
}

/** Shortens a value in a message to 60 characters. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Thrown for an invalid file, with all its faults. */
export class ConfigError extends NewsAlertsError {
  override name = 'ConfigError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(printFault).join('\n'));
    this.faults = faults;
  }
}

/** Explains the effect of faults in the queries of single topics. */
export const TOPIC_FAULT_NOTE =
  'a query with a fault matches nothing until it is fixed; all other topics keep working';
