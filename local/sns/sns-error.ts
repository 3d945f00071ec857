import { NewsAlertsError } from '../../functions/shared/errors.ts';

const STATUS = {
  BatchEntryIdsNotDistinct: 400,
  BatchRequestTooLong: 400,
  EmptyBatchRequest: 400,
  InternalError: 500,
  InvalidAction: 400,
  InvalidBatchEntryId: 400,
  InvalidParameter: 400,
  MissingAuthenticationToken: 403,
  NotFound: 404,
  ParameterValueInvalid: 400,
  RequestEntityTooLarge: 413,
  TooManyEntriesInBatchRequest: 400,
} as const;

/** An error with the wording of SNS. `code` is sent to the SDK, which derives the name of the exception from it. */
export class SnsError extends NewsAlertsError {
  override name = 'SnsError';
  readonly code: keyof typeof STATUS;

  constructor(code: keyof typeof STATUS, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

export const invalidParameter = (detail: string): SnsError =>
  new SnsError('InvalidParameter', `Invalid parameter: ${detail}`);

/** Returns an error as an SnsError. Other errors are faults of this endpoint, which the SDK may retry. */
export const asSnsError = (error: unknown): SnsError =>
  error instanceof SnsError
    ? error
    : new SnsError('InternalError', error instanceof Error ? error.message : String(error));
