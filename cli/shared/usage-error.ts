import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** An argument that is wrong, whatever the files contain. The exit code is 2. */
export class UsageError extends NewsAlertsError {
  override name = 'UsageError';
}
