import type { SdkOptions } from '../../../functions/shared/aws/platform.ts';

/** Sets every option that the SDK would otherwise read from files, which would take real time. */
export const SDK_OPTIONS: SdkOptions = {
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1',
  credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
  // Nothing checks signatures here, and computing them would take most of the time.
  signer: { sign: async (request) => request },
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'simulated',
  accountIdEndpointMode: 'disabled',
  authSchemePreference: [],
  disableClockSkewCorrection: true,
  // Without methods, so that the SDK formats no log messages.
  logger: {} as never,
};
