import { NewsAlertsError } from '../../functions/shared/errors.ts';

/** An argument that is wrong whatever the files hold: exit code 2. */
export class UsageError extends NewsAlertsError {
  override name = 'UsageError';
}
