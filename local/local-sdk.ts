import type { SdkOptions } from '../functions/shared/aws/platform.ts';

/** The access key with which the function behind the sign-up page calls SNS. What it subscribes has to be confirmed. */
export const SIGNUP_ACCESS_KEY = 'signup';

/**
 * Returns the options that lead an SDK client to a server of this machine. The clients of the pipeline read nothing from the
 * environment, which belongs to the user's own AWS account.
 */
export function localSdk(endpoint: string, accessKeyId = 'local'): SdkOptions {
  return {
    endpoint,
    region: 'us-east-1',
    // Settings of the user's that do not go with an endpoint.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
}
