import { z } from 'zod'
import { request } from './contract.ts'
import { Scope } from './identity.ts'

/** What a program may be allowed to do: never what concerns the account itself, or other people. */
export const KeyScope = Scope.exclude(['account', 'admin', 'users', 'roles'])
export type KeyScope = z.infer<typeof KeyScope>

/** A key as its owner sees it; the key itself is shown once, when it is made. */
export const ApiKey = z.object({
  keyId: z.uuid(),
  name: z.string(),
  /** How it begins, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(KeyScope),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.object({
  name: z.string().trim().min(1).max(64),
  scopes: z.array(KeyScope).min(1).max(16),
  /** Without it the key is good until it is revoked. */
  lifeDays: z.number().int().min(1).max(3_650).optional(),
})
export type NewApiKey = z.infer<typeof NewApiKey>

export const authKeys = {
  createKey: request('auth.v1.create-key', {
    input: NewApiKey,
    output: z.object({ key: z.string(), apiKey: ApiKey }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  listKeys: request('auth.v1.list-keys', {
    input: z.object({}),
    output: z.object({ keys: z.array(ApiKey) }),
    timeoutMs: 3_000,
    access: 'user',
  }),
  revokeKey: request('auth.v1.revoke-key', {
    input: z.object({ keyId: z.uuid() }),
    output: z.object({ revoked: z.boolean() }),
    timeoutMs: 3_000,
    access: 'user',
  }),
}
