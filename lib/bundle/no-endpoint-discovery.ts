/**
 * Replaces `@aws-sdk/middleware-endpoint-discovery` in bundles. DynamoDB's client can ask the service for other endpoints, with
 * 8 KB of code for their cache. We do not use this.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: false,
};

export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}
