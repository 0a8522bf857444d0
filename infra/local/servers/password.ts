import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/** 32 random bytes, fit for a URL. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')

/** The password kept in a file that only its owner reads; made at the first call. */
export function keepPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomSecret()
  writeOwn(file, `${password}\n`)
  return password
}

/** Writes a file that only its owner reads. */
export function writeOwn(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  chmodSync(file, 0o600)
}
