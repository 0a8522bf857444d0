import { describe, expect, test } from 'vitest'
import { InMemoryDevices, newDevice } from '../../test/devices.ts'
import { enrol } from './enrolment.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const facts = { boardType: 'bread-compact', firmwareVersion: '2.0.0' }
const now = new Date()
const asking = (clientId: string) => ({ deviceId, clientId })

describe('a device that asks for its configuration', () => {
  test('is registered the first time and known afterwards', async () => {
    const devices = new InMemoryDevices()
    expect(await enrol(devices, asking('one'), facts, now)).toMatchObject({
      outcome: 'new',
      device: { credentialEpoch: 1 },
    })
    const again = await enrol(devices, asking('one'), { ...facts, firmwareVersion: '2.0.1' }, now)
    expect(again).toMatchObject({ outcome: 'known', device: { credentialEpoch: 1, clientId: 'one' } })
    expect(devices.facts.get(deviceId)).toMatchObject({ firmwareVersion: '2.0.1' })
  })

  test('comes back erased: it is bound anew and the old credential dies', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts, now)
    const rebound = await enrol(devices, asking('two'), { ...facts, firmwareVersion: '2.0.1' }, now)
    expect(rebound).toMatchObject({ outcome: 'rebound', device: { credentialEpoch: 2, clientId: 'two' } })
    expect(devices.facts.get(deviceId)).toMatchObject({ firmwareVersion: '2.0.1' })
  })

  test('with an owner is not given away', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts, now)
    devices.own(deviceId, 'someone')
    expect(await enrol(devices, asking('two'), facts, now)).toMatchObject({
      outcome: 'refused',
      device: { clientId: 'one' },
    })
    expect(await enrol(devices, asking('one'), facts, now)).toMatchObject({ outcome: 'known' })
  })

  test('with an owner who allows it is bound anew, once and in time', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts, now)
    devices.change(deviceId, { ownerId: 'someone', rebindUntil: new Date(now.getTime() + 1_000) })
    const late = new Date(now.getTime() + 1_000)
    expect(await enrol(devices, asking('two'), facts, late)).toMatchObject({ outcome: 'refused' })
    expect(await enrol(devices, asking('two'), facts, now)).toMatchObject({
      outcome: 'rebound',
      device: { clientId: 'two', ownerId: 'someone', credentialEpoch: 2 },
    })
    expect(await enrol(devices, asking('three'), facts, now)).toMatchObject({ outcome: 'refused' })
  })

  test('was brought over with its owner: it gets no credential by its name', async () => {
    const brought = newDevice({ ...asking(''), credentialEpoch: 0, ownerId: 'someone' })
    const devices = Object.assign(new InMemoryDevices(), { find: async () => brought })
    expect(await enrol(devices, asking(''), facts, now)).toMatchObject({ outcome: 'refused' })
  })

  test('asks twice at once: both answers hold the credential that works', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts, now)
    const both = await Promise.all([
      enrol(devices, asking('two'), facts, now),
      enrol(devices, asking('two'), facts, now),
    ])
    for (const { outcome, device } of both) {
      expect(outcome).not.toBe('refused')
      expect(device).toEqual(await devices.find(deviceId))
    }
  })

  test('loses against another installation that was faster', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts, now)
    const [two, three] = await Promise.all([
      enrol(devices, asking('two'), facts, now),
      enrol(devices, asking('three'), facts, now),
    ])
    expect([two.outcome, three.outcome]).toEqual(['rebound', 'refused'])
  })
})
