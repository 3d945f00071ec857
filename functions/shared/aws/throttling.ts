/** Codes of errors before a connection, so that nothing was sent. */
export const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** Returns whether a service has refused a call because of its rate: by status 429, or by an error whose name matches. */
export function isThrottling(
  { name, $metadata }: { readonly name: string; readonly $metadata: { readonly httpStatusCode?: number } },
  names: RegExp,
): boolean {
  return $metadata.httpStatusCode === 429 || names.test(name);
}

export interface ThrottledRetries {
  readonly isThrottled: (error: unknown) => boolean;
  /** Pauses are one to three times as long, ms. */
  readonly minPauseMs: number;
  /** Limit on all pauses together, ms. */
  readonly maxPausesMs: number;
}

/** Repeats a call as long as the service refuses it because of its rate, which is safe. Rejects with the last error. */
export async function retryThrottled<Result>(
  call: () => Promise<Result>,
  { isThrottled, minPauseMs, maxPausesMs }: ThrottledRetries,
): Promise<Result> {
  for (let waited = 0; ; ) {
    try {
      return await call();
    } catch (error) {
      const pause = minPauseMs * (1 + 2 * Math.random());
      if (!isThrottled(error) || waited + pause > maxPausesMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
      waited += pause;
    }
  }
}
