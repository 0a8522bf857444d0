import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inboxPrefix, parties, registry, serviceNames, type Contract } from '@parley/contracts'
import { expect, test } from 'vitest'
import { renderAuthorization } from '../config.ts'
import { allPermissions, permissionsOf } from '../permissions.ts'

const contracts = Object.values(registry).flatMap((group) => Object.values(group))
const all = Object.values(parties)

test('every service is declared, and every subject has whoever serves it', () => {
  expect(Object.keys(parties).toSorted()).toEqual([...serviceNames].toSorted())
  const served = new Set<Contract>(all.flatMap(({ answers, tells }) => [...answers, ...tells]))
  const nobodys = contracts.filter((contract) => !served.has(contract) && !contract.subject.startsWith('health.'))
  expect(nobodys.map(({ subject }) => subject)).toEqual([])
})

test('whoever is asked answers, and of two services one answers a question', () => {
  const answered = all.flatMap(({ answers }) => answers)
  expect(new Set(answered).size).toBe(answered.length)
  const asked = all.flatMap(({ asks }) => asks).filter(({ subject }) => !subject.startsWith('health.'))
  expect(asked.filter((contract) => !answered.includes(contract)).map(({ subject }) => subject)).toEqual([])
})

test('a service has what it declares, its health and its inbox, and nothing else', () => {
  expect(permissionsOf('audio')).toEqual({
    publish: ['_INBOX_device-hub.>', '_INBOX_gateway.>', '_INBOX_operator.>', 'audit.v1.note', 'auth.v1.note-erased'],
    subscribe: [
      '_INBOX_audio.>',
      'audio.v1.*.up',
      'audio.v1.delete-recording',
      'audio.v1.delete-recordings',
      'audio.v1.delete-voiceprint',
      'audio.v1.enrol-voiceprint',
      'audio.v1.list-recordings',
      'audio.v1.list-voiceprints',
      'audio.v1.list-voices',
      'audio.v1.listen',
      'audio.v1.read-recording',
      'audio.v1.speak',
      'audio.v1.synthesize',
      'audio.v1.transcribe-file',
      'auth.v1.erasing',
      'health.v1.audio.read',
    ],
  })
  expect(permissionsOf('device-hub').subscribe).toContain('device.v1.*.*')
  expect(permissionsOf('rtc-proxy', 'here').subscribe).toContain('here.rtc.v1.call')
})

test('nobody listens to somebody else’s inbox, or to everything', () => {
  for (const [name, { publish, subscribe }] of Object.entries(allPermissions())) {
    const inboxes = subscribe.filter((subject) => subject.startsWith('_INBOX'))
    expect(inboxes).toEqual([`${inboxPrefix(name)}.>`])
    expect([...publish, ...subscribe].filter((subject) => /^[>*]/.test(subject))).toEqual([])
  }
})

test('authorization.conf is what `pnpm run nats:permissions` writes', () => {
  const file = readFileSync(join(import.meta.dirname, '..', 'authorization.conf'), 'utf8')
  expect(file, 'run `pnpm run nats:permissions`').toBe(renderAuthorization())
})
