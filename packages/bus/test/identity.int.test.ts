import { Problem, request, stream, type Identity } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectBus, currentContext, makeContext, withContext, type Bus, type Identities } from '../src/index.ts'
import { collect, problemOf, useBuses } from './buses.ts'

const Empty = z.object({})
const Answer = z.object({ kind: z.string() })
const shape = { input: Empty, output: Answer, timeoutMs: 2_000 }
const contracts = {
  open: request('vault.v1.open', shape),
  mine: request('vault.v1.mine', { ...shape, access: 'user' }),
  all: request('vault.v1.all', { ...shape, access: 'admin' }),
  relay: request('vault.v1.relay', shape),
  list: stream('vault.v1.list', { input: Empty, chunk: Answer, idleMs: 2_000, access: 'user' }),
}

/** Tokens that are the identity in plain text: what the bus does with them is what is tested here. */
function identitiesOf(service: string): Identities {
  return {
    own: { kind: 'service', service },
    sign: (identity) => Promise.resolve(JSON.stringify(identity)),
    verify: async (token) => {
      if (!token.startsWith('{')) throw new Problem('unauthorized', 'The identity of the call is not valid')
      return JSON.parse(token) as Identity
    },
  }
}

const person = (kind: 'user' | 'admin') => ({ kind, userId: 'u', sessionId: 's', scopes: [] })
const as = <T>(identity: Identity, work: () => T) => withContext({ ...makeContext(), identity }, work)

const buses = useBuses()
const stack = new AsyncDisposableStack()
let vault: Bus
let caller: Bus
let stranger: Bus
let liar: Bus

beforeAll(async () => {
  const { natsUrl: servers, subjectPrefix: prefix } = buses.corner
  const connect = async (name: string, identities?: Identities) =>
    stack.use(await connectBus({ servers, prefix, name, drainMs: 500, identities }))
  vault = await connect('vault', identitiesOf('vault'))
  caller = await connect('caller', identitiesOf('caller'))
  stranger = await connect('stranger')
  liar = await connect('liar', { ...identitiesOf('liar'), sign: () => Promise.resolve('made up') })

  vault.handle(contracts.open, (_input, { identity }) => ({ kind: identity?.kind ?? 'nobody' }))
  vault.handle(contracts.mine, (_input, { identity }) => ({ kind: `${identity.kind} ${identity.userId}` }))
  vault.handle(contracts.all, (_input, { identity }) => ({ kind: identity.kind }))
  vault.handle(contracts.relay, () => vault.request(contracts.mine, {}))
  vault.handle(contracts.list, async function* (_input, { identity }) {
    yield { kind: identity.kind }
    yield { kind: currentContext()?.identity?.kind ?? 'nobody' }
  })
  await vault.flush()
})
afterAll(() => stack.disposeAsync())

describe('who is behind a call', () => {
  test('is the service itself, unless it works for somebody', async () => {
    expect(await caller.request(contracts.open, {})).toEqual({ kind: 'service' })
    expect(await as(person('user'), () => caller.request(contracts.open, {}))).toEqual({ kind: 'user' })
  })

  test('is told to the handler of a subject for people', async () => {
    expect(await as(person('user'), () => caller.request(contracts.mine, {}))).toEqual({ kind: 'user u' })
    expect(await as(person('admin'), () => caller.request(contracts.all, {}))).toEqual({ kind: 'admin' })
  })

  test('is carried on by what the handler calls in turn', async () => {
    expect(await as(person('user'), () => caller.request(contracts.relay, {}))).toEqual({ kind: 'user u' })
    expect(await problemOf(caller.request(contracts.relay, {}))).toMatchObject({ code: 'forbidden' })
  })

  test('is known in a stream, too', async () => {
    const parts = await as(person('user'), () => collect(caller.stream(contracts.list, {})))
    expect(parts).toEqual([{ kind: 'user' }, { kind: 'user' }])
  })
})

describe('is let in nowhere', () => {
  test.each([
    ['a service where people are asked for', () => caller.request(contracts.mine, {}), 'forbidden'],
    [
      'a user where an administrator is',
      () => as(person('user'), () => caller.request(contracts.all, {})),
      'forbidden',
    ],
    ['a caller without identity', () => stranger.request(contracts.open, {}), 'unauthorized'],
    ['a caller with one that is made up', () => liar.request(contracts.open, {}), 'unauthorized'],
    ['a service in a stream for people', () => collect(caller.stream(contracts.list, {})), 'forbidden'],
    ['a stream without identity', () => collect(stranger.stream(contracts.list, {})), 'unauthorized'],
  ])('%s', async (_who, call, code) => {
    expect(await problemOf(call())).toMatchObject({ code })
  })
})
