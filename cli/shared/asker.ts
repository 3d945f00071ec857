import { createInterface, type Interface } from 'node:readline/promises';

/** Asks questions at the terminal. */
export interface Asker {
  /** Returns the answer; undefined when the user ends the input or presses Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

export function terminalAsker(interrupted: AbortSignal): Asker {
  const terminal: Interface = createInterface({ input: process.stdin, output: process.stderr });
  // Here the terminal, not the process, gets Ctrl-C. Ctrl-D ends the input.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new AbortController();
  terminal.on('close', () => closed.abort());
  return {
    async ask(question) {
      try {
        const answer = await terminal.question(question, {
          signal: AbortSignal.any([closed.signal, interrupted]),
        });
        return answer.trim();
      } catch (error) {
        if (closed.signal.aborted || interrupted.aborted) return undefined;
        throw error;
      }
    },
    close: () => terminal.close(),
  };
}
