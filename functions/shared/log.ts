/**
 * What happened, as an event name and plain fields; never a sentence that hides figures. On AWS it becomes a JSON
 * line, on one machine a line for a person.
 */
export interface Log {
  /** What happens too often to be paid for: on AWS it is left out, unless POWERTOOLS_LOG_LEVEL asks for it. */
  debug(event: string, fields: Readonly<Record<string, unknown>>): void;
  info(event: string, fields: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields: Readonly<Record<string, unknown>>): void;
  error(event: string, fields: Readonly<Record<string, unknown>>): void;
}
