import type { SdkOptions } from '../../../functions/shared/aws/platform.ts';

/** Whatever is left out the SDK looks for in files, in real time. */
export const SDK_OPTIONS: SdkOptions = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1',
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
  // Nobody checks signatures here, and making them would take most of the time.
  signer: { sign: async (request) => request },
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'simulated',
  accountIdEndpointMode: 'disabled',
  authSchemePreference: [],
  disableClockSkewCorrection: true,
  // Even one that says nothing is told everything.
  logger: {} as never,
};
