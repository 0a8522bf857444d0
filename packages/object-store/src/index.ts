export {
  objectStoreProblems,
  objectStoreVariables,
  toObjectStoreConfig,
  type ObjectStoreConfig,
  type ObjectStoreValues,
} from './config.ts'
export { verifyFilePath } from './disk/signed-url.ts'
export { receiveForm } from './http/receive-form.ts'
export { sendObject } from './http/send-object.ts'
export { isObjectKey } from './object-key.ts'
export type {
  ByteRange,
  NewObject,
  ObjectStore,
  OpenedObject,
  Retention,
  StoredObject,
  Sweep,
  Swept,
} from './object-store.ts'
export { openObjectStore } from './open-object-store.ts'
