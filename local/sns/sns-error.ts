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

/** A refusal in the words of SNS: the code is the one on the wire, which the SDK turns into an exception's name. */
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

/** What is not a refusal is a fault of ours, which the SDK may try again. */
export const asSnsError = (error: unknown): SnsError =>
  error instanceof SnsError
    ? error
    : new SnsError('InternalError', error instanceof Error ? error.message : String(error));
