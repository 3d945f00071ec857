/**
 * Takes the place of `@aws-sdk/middleware-endpoint-discovery` in bundles: DynamoDB's client can be told to ask the
 * service for other addresses of itself, and to keep them in a cache of 8 KB. Nobody tells ours to.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: false,
};

export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}
