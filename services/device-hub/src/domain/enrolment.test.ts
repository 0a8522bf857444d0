import { describe, expect, test } from 'vitest'
import { InMemoryDevices } from '../../test/devices.ts'
import { enrol } from './enrolment.ts'

const deviceId = 'aa:bb:cc:dd:ee:ff'
const facts = { boardType: 'bread-compact', firmwareVersion: '2.0.0' }
const asking = (clientId: string) => ({ deviceId, clientId })

describe('a device that asks for its configuration', () => {
  test('is registered the first time and known afterwards', async () => {
    const devices = new InMemoryDevices()
    expect(await enrol(devices, asking('one'), facts)).toMatchObject({ outcome: 'new', device: { credentialEpoch: 1 } })
    const again = await enrol(devices, asking('one'), { ...facts, firmwareVersion: '2.0.1' })
    expect(again).toMatchObject({ outcome: 'known', device: { credentialEpoch: 1, clientId: 'one' } })
    expect(devices.facts.get(deviceId)).toMatchObject({ firmwareVersion: '2.0.1' })
  })

  test('comes back erased: it is bound anew and the old credential dies', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts)
    const rebound = await enrol(devices, asking('two'), { ...facts, firmwareVersion: '2.0.1' })
    expect(rebound).toMatchObject({ outcome: 'rebound', device: { credentialEpoch: 2, clientId: 'two' } })
    expect(devices.facts.get(deviceId)).toMatchObject({ firmwareVersion: '2.0.1' })
  })

  test('with an owner is not given away', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts)
    devices.own(deviceId, 'someone')
    expect(await enrol(devices, asking('two'), facts)).toMatchObject({
      outcome: 'refused',
      device: { clientId: 'one' },
    })
    expect(await enrol(devices, asking('one'), facts)).toMatchObject({ outcome: 'known' })
  })

  test('was brought over with its owner: it gets no credential by its name', async () => {
    const brought = {
      ...asking(''),
      credentialEpoch: 0,
      credentialIssued: false,
      ownerId: 'someone',
      agentId: undefined,
    }
    const devices = Object.assign(new InMemoryDevices(), { find: async () => brought })
    expect(await enrol(devices, asking(''), facts)).toMatchObject({ outcome: 'refused' })
  })

  test('asks twice at once: both answers hold the credential that works', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts)
    const both = await Promise.all([enrol(devices, asking('two'), facts), enrol(devices, asking('two'), facts)])
    for (const { outcome, device } of both) {
      expect(outcome).not.toBe('refused')
      expect(device).toEqual(await devices.find(deviceId))
    }
  })

  test('loses against another installation that was faster', async () => {
    const devices = new InMemoryDevices()
    await enrol(devices, asking('one'), facts)
    const [two, three] = await Promise.all([
      enrol(devices, asking('two'), facts),
      enrol(devices, asking('three'), facts),
    ])
    expect([two.outcome, three.outcome]).toEqual(['rebound', 'refused'])
  })
})
