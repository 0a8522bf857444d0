import type { Health, Logger } from '@parley/service-kit'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { ObjectStoreConfig } from './config.ts'
import { openDiskStore } from './disk/disk-store.ts'
import type { ObjectStore } from './object-store.ts'

/**
 * Opens the store that was chosen. Readiness needs a disk that can be written to; a vendor's trouble takes no instance out.
 * @throws Problem `unavailable` when the directory cannot be used
 */
export async function openObjectStore(
  config: ObjectStoreConfig,
  { log, health }: { log: Logger; health?: Pick<Health, 'addCheck'> },
): Promise<ObjectStore> {
  if (config.provider === 'oss') {
    // Only here: it loads sixty packages that a disk does not need.
    const { openOssStore } = await import('./oss/oss-store.ts')
    log.info({ bucket: config.bucket, signatures: config.region ? 'v4' : 'v1' }, 'objects are in OSS')
    return openOssStore(config)
  }
  const store = await openDiskStore(config)
  health?.addCheck('object-store', () => access(config.dir, constants.W_OK))
  log.info({ dir: config.dir }, 'objects are on disk')
  return store
}
