/** Base of every error that the product throws on purpose: says what was expected, what was got, and what to do. */
export class NewsAlertsError extends Error {
  override name = 'NewsAlertsError';
  readonly context: Readonly<Record<string, unknown>>;

  constructor(message: string, options: { cause?: unknown; context?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.context = options.context ?? {};
  }
}

/** The work cannot go on now but will later: the message goes back to its queue. Not a fault. */
export class RetryLater extends NewsAlertsError {
  override name = 'RetryLater';
}
