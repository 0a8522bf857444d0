import { PublicKey } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { SigningKey, SigningKeyStore } from '../domain/signing-keys.ts'
import type { PrismaClient, SigningKey as SigningKeyRow } from './generated/client.ts'

const revisionLock = 0x7a_d1_43

/** How private keys are made unreadable, and readable again: undefined when it is not our doing. */
export type Sealing = {
  seal: (text: string, about: string) => Uint8Array<ArrayBuffer>
  open: (sealed: Uint8Array, about: string) => string | undefined
}

/** Signing keys in PostgreSQL, the private ones sealed. */
export function createSigningKeyStore(prisma: PrismaClient, { seal, open }: Sealing): SigningKeyStore {
  function toKey({ kid, publicJwk, sealed, signsFrom }: SigningKeyRow): SigningKey {
    const opened = open(sealed, kid)
    const privateJwk = opened === undefined ? undefined : (JSON.parse(opened) as object)
    return { kid, publicJwk: PublicKey.parse(publicJwk), privateJwk, signsFrom }
  }

  const revise: SigningKeyStore['revise'] = (decide) =>
    prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${revisionLock})`
      const { add, remove } = await decide((await transaction.signingKey.findMany()).map(toKey))
      const data = add.map(({ kid, publicJwk, privateJwk, signsFrom }) => {
        return { kid, publicJwk, sealed: seal(JSON.stringify(privateJwk), kid), signsFrom }
      })
      await transaction.signingKey.createMany({ data })
      await transaction.signingKey.deleteMany({ where: { kid: { in: remove } } })
    })

  return {
    list: async () => (await prisma.signingKey.findMany().catch(rethrowDatabaseError)).map(toKey),
    revise: (decide) => revise(decide).catch(rethrowDatabaseError),
  }
}
