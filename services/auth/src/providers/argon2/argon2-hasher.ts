import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../../domain/ports.ts'

/** Argon2id (the package's default) on the thread pool, one lane. Hashes made with other parameters stay verifiable. */
export function createArgon2Hasher({ memoryKib, passes }: { memoryKib: number; passes: number }): PasswordHasher {
  const options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  return {
    hash: (password) => hash(password, options),
    verify: (stored, password) => verify(stored, password),
  }
}
