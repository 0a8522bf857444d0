import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identify, stillRuns } from '../process/identity.ts'
import { forgetData } from '../state/forget.ts'
import { stopLeftovers } from '../state/leftovers.ts'
import { localPaths } from '../state/paths.ts'
import { claimRunning, readRunning, type Claim } from '../state/running.ts'
import { keepSecrets } from '../state/secrets.ts'
import { temporaryFolder } from './temporary.ts'

function claimed(file: string): { claim: Claim; leftovers: { pid: number }[] } {
  const answer = claimRunning(file)
  if ('running' in answer) throw new Error('claimed by another')
  return answer
}

async function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return { pid: child.pid as number, ended: once(child, 'exit') }
}

test('a process is itself, and no other that gets its id', async () => {
  const { pid, ended } = await sleeper()
  const identity = identify(pid) ?? ''
  expect(stillRuns({ pid, identity })).toBe(true)
  expect(stillRuns({ pid, identity: `${identity}0` })).toBe(false)
  process.kill(pid, 'SIGKILL')
  await ended
  expect(identify(pid)).toBeUndefined()
})

test('a clone is claimed once, and again when the claim is given back', () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'running.json')
  const { claim } = claimed(file)
  claim.setAddresses(['apps http://127.0.0.1:1/'])
  expect(claimRunning(file)).toMatchObject({ running: { pid: process.pid, addresses: ['apps http://127.0.0.1:1/'] } })
  claim[Symbol.dispose]()
  expect(existsSync(file)).toBe(false)
  claimed(file).claim[Symbol.dispose]()
})

test('what a killed run left behind is found and ended; a stranger with a recycled id is not touched', async () => {
  using folder = temporaryFolder()
  const [ours, stranger] = [await sleeper(), await sleeper()]
  const child = { name: 'audio', pid: ours.pid, identity: identify(ours.pid), stopSignal: 'SIGTERM' }
  const recycled = { ...child, name: 'auth', pid: stranger.pid, identity: 'an-earlier-boot:1' }
  const record = { pid: process.pid, identity: 'an-earlier-boot:2', addresses: [], children: [child, recycled] }
  const file = folder.write('running.json', JSON.stringify(record))
  const answer = claimRunning(file)
  if ('running' in answer) throw new Error('a dead run still holds its claim')
  expect(answer.leftovers).toEqual([child])
  expect(readRunning(file)).toMatchObject({ pid: process.pid, children: [child] })
  await stopLeftovers(answer.leftovers)
  await ours.ended
  expect(identify(stranger.pid)).toBeDefined()
  process.kill(stranger.pid, 'SIGKILL')
  await stranger.ended
})

test('a leftover that will not end is killed', async () => {
  const child = spawn(process.execPath, [
    '-e',
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')`,
  ])
  await once(child.stdout, 'data')
  const pid = child.pid as number
  const ended = once(child, 'exit')
  await stopLeftovers([{ name: 'stubborn', pid, identity: identify(pid) ?? '', stopSignal: 'SIGTERM' }], 100)
  expect(await ended).toEqual([null, 'SIGKILL'])
})

test('a record that cannot be read stands in nobody’s way', () => {
  using folder = temporaryFolder()
  const file = folder.write('running.json', '{"pid":')
  expect(claimed(file).leftovers).toEqual([])
})

test('a restarted child replaces its earlier life in the record', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'running.json')
  const { claim } = claimed(file)
  const child = await sleeper()
  claim.addChild({ name: 'audio', pid: process.pid })
  claim.addChild({ name: 'audio', pid: child.pid })
  expect(readRunning(file)?.children.map(({ pid }) => pid)).toEqual([child.pid])
  process.kill(child.pid, 'SIGKILL')
  await child.ended
})

test('forgetting deletes the data folders of this clone and nothing else', async () => {
  using folder = temporaryFolder()
  using elsewhere = temporaryFolder()
  const paths = localPaths(folder.path, false)
  const precious = elsewhere.write('precious', 'kept')
  const kept = ['.parley/secrets.json', '.parley/running.json', '.parley/logs/audio.log', '.env', 'data/kept'].map(
    (file) => folder.write(file, 'kept'),
  )
  for (const data of ['.parley/data/recording', '.parley/redis/appendonly', '.parley/postgres/cluster/PG_VERSION'])
    folder.write(data, 'gone')
  symlinkSync(elsewhere.path, paths.nats)
  await forgetData(paths)
  expect([paths.data, paths.redis, paths.postgres, paths.nats].filter((path) => existsSync(path))).toEqual([])
  expect([...kept, precious].filter((path) => !existsSync(path))).toEqual([])
})

test('as root the cluster lies outside the clone, in a folder of that clone alone', () => {
  expect(localPaths('/root/parley', true).postgres).toMatch(/^\/var\/lib\/parley\/[0-9a-f]{12}$/)
  expect(localPaths('/root/parley', true).postgres).not.toBe(localPaths('/root/parley2', true).postgres)
  expect(localPaths('/home/me/parley', false).postgres).toBe('/home/me/parley/.parley/postgres')
})

test('secrets are made once, readable by their owner alone, and given way to by the environment', () => {
  using folder = temporaryFolder()
  const file = join(folder.path, '.parley/secrets.json')
  const first = keepSecrets(file, {})
  expect(Buffer.from(first.DEVICE_TOKEN_SECRET, 'base64url')).toHaveLength(32)
  expect(first.INTERNAL_TOKEN_SECRET).not.toBe(first.DEVICE_TOKEN_SECRET)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(keepSecrets(file, {})).toEqual(first)
  expect(keepSecrets(file, { DEVICE_TOKEN_SECRET: 'given' })).toEqual({ ...first, DEVICE_TOKEN_SECRET: 'given' })
  expect(readFileSync(file, 'utf8')).not.toContain('given')
  folder.write('.parley/secrets.json', '{"DEVICE_')
  expect(() => keepSecrets(file, {})).toThrow(/secrets.json is damaged/)
})
