import type { Permissions } from './permissions.ts'
import { allPermissions, operator } from './permissions.ts'

/**
 * The `authorization` of a NATS configuration (2.9 and later): a user for each service, with its permissions, and one for
 * operators. Passwords are variables that the server reads from its environment: `NATS_PASSWORD_DEVICE_HUB` and so on.
 */
export function renderAuthorization(prefix?: string): string {
  const users = Object.entries(allPermissions(prefix)).map(([name, permissions]) => renderUser(name, permissions))
  return [
    '# Written by `pnpm run nats:permissions` from packages/contracts/src/parties.ts: do not edit.',
    'authorization {',
    '  users = [',
    ...users,
    `    { user: "${operator}", password: $${variableOf(operator)} }`,
    '  ]',
    '}',
    '',
  ].join('\n')
}

/** The variable that holds a user's password. */
export function variableOf(name: string): string {
  return `NATS_PASSWORD_${name.toUpperCase().replaceAll('-', '_')}`
}

function renderUser(name: string, { publish, subscribe }: Permissions): string {
  const list = (subjects: string[]) => subjects.map((subject) => `          ${JSON.stringify(subject)}`).join('\n')
  return [
    '    {',
    `      user: "${name}", password: $${variableOf(name)}`,
    '      permissions: {',
    `        publish: { allow: [\n${list(publish)}\n        ] }`,
    `        subscribe: { allow: [\n${list(subscribe)}\n        ] }`,
    '      }',
    '    }',
  ].join('\n')
}
