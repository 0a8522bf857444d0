import { Problem, scopesOf, type Person, type Role } from '@parley/contracts'
import type { AuditTrail } from './audit-trail.ts'
import type { Sessions } from './sessions.ts'

export type RoleStore = {
  list: () => Promise<Role[]>
  find: (role: string) => Promise<Role | undefined>
  put: (role: Role) => Promise<void>
  /** `in-use` while somebody has it. */
  remove: (role: string) => Promise<'removed' | 'in-use' | 'unknown'>
  /** Who has it, beside the built-in ones. */
  holders: (role: string) => Promise<string[]>
}

export type Roles = {
  /** Writes the built-in roles as this version has them. */
  prepare: () => Promise<void>
  list: () => Promise<Role[]>
  /** @throws Problem `forbidden` for scopes that the actor has not, `conflict` for a built-in role */
  put: (actor: Person, role: Omit<Role, 'builtIn'>) => Promise<Role>
  remove: (actor: Person, role: string) => Promise<{ deleted: boolean }>
  /** What these roles allow together. @throws Problem `bad-request` for a role that there is not */
  scopesOf: (roles: readonly string[]) => Promise<string[]>
}

const builtIn: Role[] = [
  { role: 'user', description: 'Everything that is one’s own', scopes: scopesOf('user'), builtIn: true },
  { role: 'admin', description: 'Everything', scopes: scopesOf('admin'), builtIn: true },
]

/** What people may do, as roles. A role that changes ends the sessions of those who have it: no token keeps what was. */
export function createRoles(
  sessions: Pick<Sessions, 'endAll'>,
  { store, audit }: { store: RoleStore; audit: AuditTrail },
): Roles {
  function check(role: string) {
    if (builtIn.some((one) => one.role === role)) throw new Problem('conflict', 'This role is built in')
  }

  return {
    prepare: async () => {
      for (const role of builtIn) await store.put(role)
    },

    list: () => store.list(),

    put: async (actor, { role, description, scopes }) => {
      check(role)
      const before = await store.find(role)
      mustHold(actor, [...scopes, ...(before?.scopes ?? [])])
      const made: Role = { role, description, scopes: [...new Set(scopes)], builtIn: false }
      await store.put(made)
      for (const userId of await store.holders(role)) await sessions.endAll(userId, 'roles-changed', actor)
      await audit.record({
        action: 'role.written',
        actor,
        target: { kind: 'role', id: role },
        ...(before && { before: before.scopes }),
        after: scopes,
      })
      return made
    },

    remove: async (actor, role) => {
      check(role)
      const before = await store.find(role)
      mustHold(actor, before?.scopes ?? [])
      const outcome = await store.remove(role)
      if (outcome === 'unknown') throw new Problem('not-found', 'There is no such role')
      if (outcome === 'in-use') throw new Problem('conflict', 'Somebody has this role: take it away first')
      await audit.record({ action: 'role.deleted', actor, target: { kind: 'role', id: role } })
      return { deleted: true }
    },

    scopesOf: async (roles) => {
      const known = new Map((await store.list()).map((role) => [role.role, role.scopes]))
      const unknown = roles.filter((role) => !known.has(role))
      if (unknown.length > 0) throw new Problem('bad-request', `There is no role "${unknown.join('", "')}"`)
      return [...new Set(roles.flatMap((role) => known.get(role) ?? []))]
    },
  }
}

/** @throws Problem `forbidden` when something is among the scopes that the actor may not do */
export function mustHold(actor: Person, scopes: readonly string[]): void {
  const beyond = scopes.filter((scope) => !actor.scopes.includes(scope))
  if (beyond.length > 0)
    throw new Problem('forbidden', `This takes more than you may do yourself ("${[...new Set(beyond)].join('", "')}")`)
}
