import type { PublicKey } from '@parley/contracts'

/** A key that signs, or signed: `privateJwk` is undefined when nobody here can read it. */
export type SigningKey = {
  kid: string
  publicJwk: PublicKey
  privateJwk: object | undefined
  signsFrom: Date
}

export type SigningKeyStore = {
  list: () => Promise<SigningKey[]>
  /** Decides with all keys at hand what to add and to forget; one instance at a time. */
  revise: (decide: (keys: SigningKey[]) => Promise<{ add: SigningKey[]; remove: string[] }>) => Promise<void>
}

export type KeyRing = {
  /** The key to sign with. */
  signer: () => Promise<SigningKey>
  /** What signatures may be of that are not over yet, and what will sign soon. */
  published: () => Promise<PublicKey[]>
}

export type SigningKeySettings = {
  /** How long a key signs. */
  rotateS: number
  /** How long what it signed is good at most. */
  signedForS: number
}

/** A key is published for so long before it signs, so that whoever verifies has it by then. */
const publishAheadS = 600
/** Clocks may differ by so much. */
const slackS = 60
/** What is known of the keys is believed for so long. */
const believedMs = 30_000

/**
 * Keys that follow one another: the next is published before it signs, the last until nothing is left that it signed. Any
 * instance may be the one that makes the next.
 */
export function createKeyRing(
  { store, make, now }: { store: SigningKeyStore; make: (signsFrom: Date) => Promise<SigningKey>; now: () => Date },
  settings: SigningKeySettings,
): KeyRing {
  let known: { keys: Promise<SigningKey[]>; until: number } | undefined

  async function load(): Promise<SigningKey[]> {
    const keys = inOrder(await store.list())
    const { nextFrom, over } = plan(keys)
    if (nextFrom === undefined && over.length === 0) return keys
    await store.revise(async (current) => {
      const { nextFrom, over } = plan(inOrder(current))
      return { add: nextFrom === undefined ? [] : [await make(nextFrom)], remove: over }
    })
    return inOrder(await store.list())
  }

  /** From when on a next key shall sign, if one is due, and which keys nothing is left of. */
  function plan(keys: SigningKey[]): { nextFrom: Date | undefined; over: string[] } {
    const atMs = now().getTime()
    const over = keys.filter((_key, index) => {
      const next = keys[index + 1]
      return next !== undefined && next.signsFrom.getTime() + (settings.signedForS + slackS) * 1_000 < atMs
    })
    return { nextFrom: nextFrom(keys, atMs), over: over.map(({ kid }) => kid) }
  }

  function nextFrom(keys: SigningKey[], atMs: number): Date | undefined {
    if (!signerAmong(keys, atMs)) return new Date(atMs)
    const lastFromMs = keys.at(-1)?.signsFrom.getTime() ?? 0
    return lastFromMs + settings.rotateS * 1_000 <= atMs ? new Date(atMs + publishAheadS * 1_000) : undefined
  }

  function keys(): Promise<SigningKey[]> {
    if (!known || known.until < now().getTime()) {
      const keys = load()
      known = { keys, until: now().getTime() + believedMs }
      // What failed is asked for again.
      keys.catch(() => (known = undefined))
    }
    return known.keys
  }

  return {
    signer: async () => {
      const signer = signerAmong(await keys(), now().getTime())
      if (!signer) throw new Error('There is no key to sign with')
      return signer
    },
    published: async () => (await keys()).map(({ publicJwk }) => publicJwk),
  }
}

/** Keys that are given from outside, and never change: the first signs, all of them verify. */
export function fixedKeyRing(keys: readonly SigningKey[]): KeyRing {
  const signer = keys.find(({ privateJwk }) => privateJwk)
  if (!signer) throw new Error('None of the given keys can sign')
  return {
    signer: () => Promise.resolve(signer),
    published: () => Promise.resolve(keys.map(({ publicJwk }) => publicJwk)),
  }
}

function signerAmong(keys: SigningKey[], atMs: number): SigningKey | undefined {
  return keys.findLast(({ privateJwk, signsFrom }) => privateJwk && signsFrom.getTime() <= atMs)
}

function inOrder(keys: SigningKey[]): SigningKey[] {
  return keys.toSorted((one, other) => one.signsFrom.getTime() - other.signsFrom.getTime())
}
