import { secret, type ConfigOf, type ReadSoFar, type Secret } from '@parley/service-kit'

/** The keys of personal data at rest: the one in use, and those that it replaced, with commas, which still open. */
export const encryptionVariables = {
  encryptionKey: secret('ENCRYPTION_KEY'),
  oldEncryptionKeys: secret('ENCRYPTION_OLD_KEYS', { optional: true }),
}

const leastKeyLength = 32
const tooShort = (key: string) => key.length < leastKeyLength

/** What is wrong with them. */
export function encryptionProblems({
  encryptionKey,
  oldEncryptionKeys,
}: ReadSoFar<typeof encryptionVariables>): string[] {
  const problems: string[] = []
  if (encryptionKey && tooShort(encryptionKey.reveal()))
    problems.push(`ENCRYPTION_KEY is set but not usable: at least ${leastKeyLength} characters`)
  if (keysIn(oldEncryptionKeys).some(tooShort))
    problems.push(
      `ENCRYPTION_OLD_KEYS is set but not usable: keys of at least ${leastKeyLength} characters, with commas`,
    )
  return problems
}

/** All of them, the one in use first. */
export function encryptionKeysOf({
  encryptionKey,
  oldEncryptionKeys,
}: ConfigOf<typeof encryptionVariables>): [string, ...string[]] {
  return [encryptionKey.reveal(), ...keysIn(oldEncryptionKeys)]
}

function keysIn(secrets: Secret | undefined): string[] {
  return (secrets?.reveal() ?? '').split(',').flatMap((key) => key.trim() || [])
}
