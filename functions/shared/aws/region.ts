import { NewsAlertsError } from '../errors.ts';

/**
 * Returns the region of an SDK client, from its options, the environment or the user's profile.
 * @throws NewsAlertsError if there is none
 */
export async function regionOf({
  config,
}: {
  readonly config: { region(): Promise<string> };
}): Promise<string> {
  try {
    return await config.region();
  } catch (cause) {
    throw new NewsAlertsError(
      'expected an AWS region, got none; set AWS_REGION (such as AWS_REGION=us-east-1), or set AWS_PROFILE to a profile that has a region',
      { cause },
    );
  }
}
