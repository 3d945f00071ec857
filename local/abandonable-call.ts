import { RetryLater } from '../functions/shared/errors.ts';

/** An asynchronous function whose pending calls can be abandoned. */
export interface AbandonableCall<Args extends readonly unknown[], Result> {
  readonly call: (...args: Args) => Promise<Result>;
  /** Rejects all pending and later calls with RetryLater, so their messages stay in the queue. */
  readonly abandon: () => void;
}

export function abandonableCall<Args extends readonly unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
): AbandonableCall<Args, Result> {
  // Promise.race with one long-lived promise would retain every call.
  const pending = new Set<(error: Error) => void>();
  let isAbandoned = false;
  const error = () => new RetryLater('news-alerts is stopping');
  return {
    call: (...args) =>
      new Promise((resolve, reject) => {
        if (isAbandoned) {
          reject(error());
          return;
        }
        pending.add(reject);
        work(...args)
          .then(resolve, reject)
          .finally(() => pending.delete(reject));
      }),
    abandon() {
      isAbandoned = true;
      for (const reject of pending) reject(error());
    },
  };
}
