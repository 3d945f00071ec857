const PROGRESS_INTERVAL_MS = 1_000;

/** Returns a function that prints progress at most every second, so that short work prints nothing. */
export function throttleProgress(print: (text: string) => void): (text: string) => void {
  let printedAt = Date.now();
  return (text) => {
    if (Date.now() - printedAt < PROGRESS_INTERVAL_MS) return;
    printedAt = Date.now();
    print(text);
  };
}
