import { connectBus, makeContext, withContext, type Bus } from '@parley/bus'
import type { Identity, Person } from '@parley/contracts'
import { createIdentities, Secret } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { internalTokenSecret, type Corner } from '@parley/testkit'

/** A bus in a corner, for tests: it calls as the service `test`, whom every service knows, and keeps failures to itself. */
export function openCornerBus(corner: Corner): Promise<Bus> {
  const config = { internalTokenSecret: new Secret(internalTokenSecret), internalTokenSecretPrevious: undefined }
  return connectBus({
    servers: corner.natsUrl,
    prefix: corner.subjectPrefix,
    name: 'test',
    drainMs: 1_000,
    identities: createIdentities('test', config),
    onError: () => undefined,
  })
}

/** Calls that are made in `work` are on behalf of this identity. A stream must be read in there, too. */
export function callAs<T>(identity: Identity, work: () => T): T {
  return withContext({ ...makeContext(), identity }, work)
}

/** Somebody nobody else is. */
export function newPerson(kind: Person['kind'] = 'user', scopes: string[] = []): Person {
  return { kind, userId: newId(), sessionId: newId(), scopes }
}
