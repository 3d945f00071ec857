// Files that import this run twice: with their quick sizes in `npm test`, with their full ones in `npm run test:long`.

/** True in `npm run test:long`. */
export const isLong = process.env.TEST_SIZE === 'long';

/** Returns the size of this run. */
export const sized = <T>(quick: T, full: T): T => (isLong ? full : quick);

/** Returns all of a list in a long run, and otherwise each nth, beginning with the first. */
export const sampled = <T>(all: readonly T[], nth: number): readonly T[] =>
  isLong ? all : all.filter((_, n) => n % nth === 0);
