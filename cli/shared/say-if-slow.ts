const SLOW_MS = 1_000;

/** Prints a text if some work takes longer than a second. Returns a function to call when the work is done. */
export function sayIfSlow(
  text: string,
  print: (text: string) => void = console.error,
  afterMs = SLOW_MS,
): () => void {
  const timer = setTimeout(() => print(text), afterMs);
  timer.unref();
  return () => clearTimeout(timer);
}
