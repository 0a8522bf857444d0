import { toObjectStoreConfig, objectStoreVariables, type ObjectStoreConfig } from '@parley/object-store'
import { readConfig } from '@parley/service-kit'
import { cornerEnvironment, type Corner } from '@parley/testkit'

/** Where the services of a corner keep their files. */
export function objectsOf(corner: Corner): ObjectStoreConfig {
  return toObjectStoreConfig(readConfig(objectStoreVariables(), cornerEnvironment(corner)))
}
