import { RetryLater } from '../functions/shared/errors.ts';

/** An asynchronous call whose callers need not wait for its end. */
export interface AbandonableCall<Args extends readonly unknown[], Result> {
  readonly call: (...args: Args) => Promise<Result>;
  /** Rejects what is under way, and all later calls, with RetryLater: the message stays in its queue. */
  readonly abandon: () => void;
}

export function abandonableCall<Args extends readonly unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
): AbandonableCall<Args, Result> {
  // Not Promise.race with one long-lived promise: that promise would retain every call.
  const underWay = new Set<(error: Error) => void>();
  let isGivenUp = false;
  const error = () => new RetryLater('news-alerts is being stopped');
  return {
    call: (...args) =>
      new Promise((resolve, reject) => {
        if (isGivenUp) {
          reject(error());
          return;
        }
        underWay.add(reject);
        work(...args)
          .then(resolve, reject)
          .finally(() => underWay.delete(reject));
      }),
    abandon() {
      isGivenUp = true;
      for (const reject of underWay) reject(error());
    },
  };
}
