/**
 * Base of every error that the product throws on purpose. The message says what was expected, what was found and what to do.
 */
export class NewsAlertsError extends Error {
  override name = 'NewsAlertsError';
  readonly context: Readonly<Record<string, unknown>>;

  constructor(message: string, options: { cause?: unknown; context?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.context = options.context ?? {};
  }
}

/** The work must wait, so the message goes back to its queue. Not a failure. */
export class RetryLater extends NewsAlertsError {
  override name = 'RetryLater';
}
