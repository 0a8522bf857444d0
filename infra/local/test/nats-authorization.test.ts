import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { requireProgram } from '../install/binaries.ts'
import { temporaryFolder } from './temporary.ts'

const authorization = join(import.meta.dirname, '..', '..', 'nats', 'authorization.conf')

test('a NATS server takes the authorization that is made for it, with the passwords of its environment', () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'nats.conf')
  const text = readFileSync(authorization, 'utf8')
  writeFileSync(file, text)
  const variables = [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => [name, `p-${name}`])
  const check = (env: Record<string, string>) =>
    spawnSync(requireProgram('nats-server'), ['-t', '-c', file], { env, encoding: 'utf8' })
  const { stderr, status } = check(Object.fromEntries(variables) as Record<string, string>)
  expect(status, stderr).toBe(0)
  expect(check({}).stderr).toContain('NATS_PASSWORD_')
})
