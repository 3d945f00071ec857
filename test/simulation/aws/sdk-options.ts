import type { SdkOptions } from '../../../functions/shared/aws/platform.ts';

const ENDPOINT = { url: new URL('http://127.0.0.1') };

/** Sets every option that the SDK would otherwise read from files, which would take real time. */
export const SDK_OPTIONS = {
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
  // Nothing reads the user agent, and all services have one endpoint. Computing both takes a twentieth of the time.
  defaultUserAgentProvider: async () => [],
  endpointProvider: () => ENDPOINT,
  accountIdEndpointMode: 'disabled',
  authSchemePreference: [],
  disableClockSkewCorrection: true,
  // Without methods, so that the SDK formats no log messages.
  logger: {} as never,
} satisfies SdkOptions;
