import { readConfig, serviceVariables, type ConfigOf } from '@parley/service-kit'

export const variables = serviceVariables(8185)

export type Config = ConfigOf<typeof variables>

export function readServiceConfig(environment: NodeJS.ProcessEnv): Config {
  return readConfig(variables, environment)
}
