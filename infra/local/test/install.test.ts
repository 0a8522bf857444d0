import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProgram, missingPrograms, programs } from '../install/binaries.ts'
import { holdDaemons } from '../install/hold-daemons.ts'
import { aptRuns, installByHand, planInstall } from '../install/plan.ts'
import { composeArguments } from '../servers/containers.ts'
import { temporaryFolder } from './temporary.ts'

const debianRoot = { root: true, apt: true, docker: true }
const user = { root: false, apt: true, docker: false }

test('nothing missing, nothing to do', () => {
  expect(planInstall([], debianRoot)).toEqual({ kind: 'nothing' })
})

test('root on Debian installs exactly what is missing', () => {
  expect(planInstall(['nats-server', 'espeak-ng'], debianRoot)).toEqual({
    kind: 'apt',
    packages: ['nats-server', 'espeak-ng'],
  })
  const [update, install] = aptRuns(['nats-server', 'espeak-ng'])
  expect(update?.[0]).toBe('update')
  expect(install).toEqual(
    expect.arrayContaining(['install', '-y', '--no-install-recommends', 'nats-server', 'espeak-ng']),
  )
})

test('an ordinary user gets containers for the servers when an engine is there, and is told about the rest', () => {
  const plan = planInstall(['redis-server', 'pocketsphinx'], { ...user, docker: true })
  expect(plan).toEqual({ kind: 'compose', byHand: ['pocketsphinx'] })
})

test('without an engine, or when only speech is missing, the command is for the user to run', () => {
  expect(planInstall(['redis-server'], user)).toEqual({ kind: 'by-hand', packages: ['redis-server'] })
  expect(planInstall(['espeak-ng'], { ...user, docker: true })).toEqual({ kind: 'by-hand', packages: ['espeak-ng'] })
  expect(planInstall(['espeak-ng'], { root: true, apt: false, docker: true })).toEqual({
    kind: 'by-hand',
    packages: ['espeak-ng'],
  })
  expect(installByHand(['espeak-ng'])).toBe('sudo apt-get install --no-install-recommends espeak-ng')
})

test('what npm test needs is on this machine', () => {
  expect(missingPrograms(programs)).toEqual([])
  expect(execFileSync(findProgram('postgresql') ?? '', ['--version'], { encoding: 'utf8' })).toMatch(/PostgreSQL/)
})

test('while packages are installed nothing starts; afterwards everything is as before', () => {
  using system = temporaryFolder()
  const policy = system.write('usr/sbin/policy-rc.d', '#!/bin/sh\nexit 7\n')
  const conf = join(system.path, 'etc/postgresql-common/createcluster.d/parley.conf')
  {
    using _held = holdDaemons(system.path)
    expect(spawnSync(policy).status).toBe(101)
    expect(readFileSync(conf, 'utf8')).toContain('create_main_cluster = false')
  }
  expect(readFileSync(policy, 'utf8')).toContain('exit 7')
  expect(existsSync(join(system.path, 'etc/postgresql-common'))).toBe(false)
})

test('the policy of an install that was killed allows everything, and the next install removes it', () => {
  using system = temporaryFolder()
  const policy = system.write('usr/sbin/policy-rc.d', '')
  const killed = spawnSync(process.execPath, [
    '-e',
    `import('${join(import.meta.dirname, '../install/hold-daemons.ts')}').then(({ holdDaemons }) => { holdDaemons('${system.path}'); process.kill(process.pid, 'SIGKILL') })`,
  ])
  expect(killed.signal).toBe('SIGKILL')
  expect(spawnSync(policy).status).toBe(0)
  holdDaemons(system.path)[Symbol.dispose]()
  expect(readFileSync(policy, 'utf8')).toBe('')
})

test('containers are addressed by file and project', () => {
  const [compose, , file, ...rest] = composeArguments('parley-1', 'up', '--wait', 'nats')
  expect([compose, ...rest]).toEqual(['compose', '-p', 'parley-1', 'up', '--wait', 'nats'])
  expect(existsSync(file ?? '')).toBe(true)
})
