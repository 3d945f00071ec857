import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** One JSON value per line. What was appended is the system's to keep: a kill of this process loses none of it. */
export class JsonLinesFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the lines that hold something. The last one may be cut, by a kill or a full disk. */
  read(): string[] {
    return this.#attempt('read', () => textOf(this.#path).split('\n').filter(Boolean));
  }

  /** Keeps lines that cannot be read, in a file beside this one, and returns its path. */
  setAside(lines: readonly string[]): string {
    const path = `${this.#path}.unreadable`;
    this.#attempt('write', () => appendFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 }));
    return path;
  }

  append(value: unknown): void {
    this.#attempt('write', () => {
      this.#descriptor ??= openSync(this.#path, 'a', 0o600);
      appendFileSync(this.#descriptor, line(value));
    });
  }

  /** Synced before it is renamed: a crash leaves the old file or the new one. Private, since it holds addresses. */
  replace(values: readonly unknown[]): void {
    this.#attempt('write', () => {
      this.close();
      mkdirSync(dirname(this.#path), { recursive: true });
      const temporary = `${this.#path}.tmp`;
      const descriptor = openSync(temporary, 'w', 0o600);
      try {
        appendFileSync(descriptor, values.map(line).join(''));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, this.#path);
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
        `${this.#path}: expected a file to ${what}, got ${describeFileError(cause)}; mend that, or name another folder with --data`,
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
