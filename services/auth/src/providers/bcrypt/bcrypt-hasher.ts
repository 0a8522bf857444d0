import { verify } from '@node-rs/bcrypt'
import type { OlderHasher } from '../../domain/ports.ts'

/** Bcrypt (`$2a$`, `$2b$`, `$2y$`), as older systems stored passwords, on the thread pool. A broken hash fits nothing. */
export function createBcryptHasher(): OlderHasher {
  return {
    made: (hash) => /^\$2[aby]\$/.test(hash),
    verify: (hash, password) => verify(password, hash).catch(() => false),
  }
}
