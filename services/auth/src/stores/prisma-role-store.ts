import { Scope, type Role } from '@parley/contracts'
import { rethrowDatabaseError } from '@parley/service-kit'
import type { RoleStore } from '../domain/roles.ts'
import type { PrismaClient, Role as RoleRow } from './generated/client.ts'

/** Roles in PostgreSQL. */
export function createRoleStore(prisma: PrismaClient): RoleStore {
  const remove = (role: string) =>
    prisma.$transaction(async (transaction) => {
      // Whoever gives the role to somebody waits for this.
      const [found] = await transaction.$queryRaw<unknown[]>`SELECT role FROM roles WHERE role = ${role} FOR UPDATE`
      if (!found) return 'unknown'
      if ((await transaction.userRole.count({ where: { role } })) > 0) return 'in-use'
      await transaction.role.delete({ where: { role } })
      return 'removed'
    })

  return {
    list: async () => {
      const rows = await prisma.role
        .findMany({ orderBy: [{ builtIn: 'desc' }, { role: 'asc' }] })
        .catch(rethrowDatabaseError)
      return rows.map(toRole)
    },
    find: async (role) => {
      const row = await prisma.role.findUnique({ where: { role } }).catch(rethrowDatabaseError)
      return row ? toRole(row) : undefined
    },
    put: async ({ role, ...rest }) => {
      await prisma.role.upsert({ where: { role }, create: { role, ...rest }, update: rest }).catch(rethrowDatabaseError)
    },
    remove: (role) => remove(role).catch(rethrowDatabaseError),
    holders: async (role) => {
      const rows = await prisma.userRole
        .findMany({ where: { role }, select: { userId: true } })
        .catch(rethrowDatabaseError)
      return rows.map(({ userId }) => userId)
    },
  }
}

function toRole({ role, description, scopes, builtIn }: RoleRow): Role {
  return { role, description, scopes: scopes.flatMap((scope) => Scope.safeParse(scope).data ?? []), builtIn }
}
