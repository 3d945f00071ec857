import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { PRIVATE_FILE_MODE } from '../data-folder/private-folder.ts';
import { writeFileAtomically } from '../data-folder/write-file-atomically.ts';

/**
 * A private file with one JSON value per line. Each appended line is handed to the operating system at once, so a kill of
 * this process does not lose it.
 */
export class JsonLinesFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the lines that are not empty. A kill or a full disk may have cut the last one. */
  read(): string[] {
    return this.#attempt('read', () => textOf(this.#path).split('\n').filter(Boolean));
  }

  /** Saves unreadable lines in a second file beside this one. Returns the path of that file. */
  setAside(lines: readonly string[]): string {
    const path = `${this.#path}.unreadable`;
    this.#attempt('write', () => appendFileSync(path, `${lines.join('\n')}\n`, { mode: PRIVATE_FILE_MODE }));
    return path;
  }

  append(value: unknown): void {
    this.#attempt('write', () => {
      this.#descriptor ??= openSync(this.#path, 'a', PRIVATE_FILE_MODE);
      appendFileSync(this.#descriptor, line(value));
    });
  }

  /** Replaces all lines. A crash leaves either the old lines or the new ones. */
  replace(values: readonly unknown[]): void {
    this.#attempt('write', () => {
      this.close();
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileAtomically(this.#path, values.map(line).join(''));
    });
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #attempt<Result>(what: 'read' | 'write', action: () => Result): Result {
    try {
      return action();
    } catch (cause) {
      throw new NewsAlertsError(
        `${this.#path}: expected a file to ${what}, got ${describeFileError(cause)}; fix that, or name another folder with --data`,
        { cause, context: { path: this.#path } },
      );
    }
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
