import { readConfig, serviceVariables, type ConfigOf } from '@parley/service-kit'

const variables = serviceVariables(8185)

export type Config = ConfigOf<typeof variables>

/** Reads the configuration of rtc-proxy. @throws ConfigError naming every wrong value */
export function readRtcProxyConfig(environment: NodeJS.ProcessEnv): Config {
  return readConfig(variables, environment)
}
