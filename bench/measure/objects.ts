import { join } from 'node:path'

/** Where services of a measurement keep files: below the folder that goes away with it. */
export function objectsIn(dir: string): Record<string, string> {
  return {
    OBJECT_STORE_DIR: join(dir, 'objects'),
    OBJECT_STORE_URL_SECRET: 'a secret of this run that nobody keeps',
  }
}
