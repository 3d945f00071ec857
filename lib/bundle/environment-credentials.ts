/**
 * Takes the place of `@aws-sdk/credential-provider-node` in bundles. Lambda gives a function its credentials in the
 * environment, and new ones with a new process. The SDK's own chain brings clients of STS, SSO and sign-in portals to
 * ask elsewhere: 100 KB. On one machine it is in use as always.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error(
        'expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, where Lambda puts a role’s credentials; a bundled function looks nowhere else',
      );
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    };
  };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
