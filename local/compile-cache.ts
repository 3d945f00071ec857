import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Makes the environment name a folder where this program, its threads and its child processes keep compiled code, and
 * returns it. The folder is the program's own, since code in a shared one could come from another user. Node does without
 * it if it cannot be written.
 */
export function nameCompileCache(env: NodeJS.ProcessEnv = process.env): string {
  env.NODE_COMPILE_CACHE ??= fileURLToPath(
    new URL(
      extname(import.meta.filename) === '.js' ? '.cache' : '../node_modules/.cache/compiled',
      import.meta.url,
    ),
  );
  return env.NODE_COMPILE_CACHE;
}
