import { chmodSync, readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { Refusal } from '../refusal.ts'
import { startContainers } from '../servers/containers.ts'
import { temporaryFolder, type Temporary } from './temporary.ts'

const containers = { project: 'parley-test', environment: { PARLEY_PASSWORD: 'secret', PARLEY_NATS_PORT: '21000' } }

/** Puts a `docker` first in PATH that writes down how it is called, and behaves as the script says. */
function fakeDocker(folder: Temporary, script: string): () => string[] {
  const calls = folder.write('calls', '')
  const note = `echo "$*" | sed 's|-f [^ ]*/compose.yml|-f FILE|' >> ${calls}; case "$*" in *up*) echo "$PARLEY_PASSWORD $PARLEY_NATS_PORT" >> ${calls};; esac`
  chmodSync(folder.write('docker', `#!/bin/sh\n${note}\n${script}\n`), 0o755)
  vi.stubEnv('PATH', `${folder.path}:${process.env.PATH}`)
  return () => readFileSync(calls, 'utf8').trim().split('\n')
}

afterEach(() => vi.unstubAllEnvs())

test('containers are started with their settings, waited for, and stopped with their data kept', async () => {
  using folder = temporaryFolder()
  const calls = fakeDocker(folder, 'exit 0')
  await (await startContainers(['nats', 'redis'], containers, false))[Symbol.asyncDispose]()
  expect(calls()).toEqual([
    'info',
    'compose version',
    'compose -f FILE -p parley-test up --detach --wait nats redis',
    'secret 21000',
    'compose -f FILE -p parley-test stop',
  ])
})

test('a fresh start drops the volumes first', async () => {
  using folder = temporaryFolder()
  const calls = fakeDocker(folder, 'exit 0')
  await startContainers(['nats'], containers, true)
  expect(calls()[2]).toBe('compose -f FILE -p parley-test down --volumes')
})

test('containers that do not become healthy are stopped again', async () => {
  using folder = temporaryFolder()
  const calls = fakeDocker(folder, 'case "$*" in *up*) exit 17;; esac')
  await expect(startContainers(['nats'], containers, false)).rejects.toThrow(
    /up --detach --wait nats ended with code 17/,
  )
  expect(calls().at(-1)).toBe('compose -f FILE -p parley-test stop')
})

test('without an engine the start is refused', async () => {
  using folder = temporaryFolder()
  fakeDocker(folder, 'exit 1')
  await expect(startContainers(['nats'], containers, false)).rejects.toThrow(Refusal)
})
