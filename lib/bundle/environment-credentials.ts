/**
 * Replaces `@aws-sdk/credential-provider-node` in bundles. Lambda puts a function's credentials in the environment, and
 * gives each new process new ones. The SDK's own chain would add 100 KB of clients for STS, SSO and sign-in portals. On
 * one machine, where nothing is bundled, the SDK's own chain is used.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error(
        'expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment of the function, got nothing',
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
