import { port, readConfig, serviceVariables, variable, wholeNumber, type ConfigOf } from '@parley/service-kit'

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8180),
  publicPort: variable('GATEWAY_PORT', port().default(8080)),
  trustedProxies: variable('TRUSTED_PROXIES', wholeNumber(0, 10).default(0)),
}

export type Config = ConfigOf<typeof variables>

/** Reads the configuration of the gateway. @throws ConfigError naming every wrong value */
export function readGatewayConfig(environment: NodeJS.ProcessEnv): Config {
  return readConfig(variables, environment)
}
