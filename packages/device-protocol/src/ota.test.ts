import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readOtaReport, toOtaAnswer } from './ota.ts'

const nothing = {
  macAddress: undefined,
  clientId: undefined,
  firmwareVersion: undefined,
  boardType: undefined,
  boardName: undefined,
  chipModel: undefined,
}

/** As firmware puts it together: by hand, the Wi-Fi name as it is. */
const firmwareBody = (ssid: string) =>
  `{"version":2,"language":"zh-CN","flash_size":16777216,"minimum_free_heap_size":"8457848",` +
  `"mac_address":"aa:bb:cc:dd:ee:ff","uuid":"11111111-2222-4333-8444-555555555555","chip_model_name":"esp32s3",` +
  `"chip_info":{"model":9,"cores":2,"revision":2,"features":18},` +
  `"application":{"name":"xiaozhi","version":"2.4.2","compile_time":"Aug  8 2026T12:00:00Z","idf_version":"v5.5"},` +
  `"partition_table":[{"label":"nvs","type":1,"subtype":2,"address":36864,"size":16384}],"ota":{"label":"ota_0"},` +
  `"board":{"type":"bread-compact-wifi","name":"bread","ssid":"${ssid}","rssi":-55,"channel":6,"ip":"10.0.0.7"}}`

const identity = {
  macAddress: 'aa:bb:cc:dd:ee:ff',
  clientId: '11111111-2222-4333-8444-555555555555',
  firmwareVersion: '2.4.2',
  chipModel: 'esp32s3',
  layout: 'v1',
}

describe('a report', () => {
  test('of firmware', () => {
    const board = { boardType: 'bread-compact-wifi', boardName: 'bread' }
    expect(readOtaReport(firmwareBody('home'))).toEqual({ ...identity, ...board })
  })

  test.each(['my "home"', 'back\\slash', '"', 'a\nb', '","uuid":'])('survives the Wi-Fi name %j', (ssid) => {
    expect(() => JSON.parse(firmwareBody(ssid))).toThrow()
    expect(readOtaReport(firmwareBody(ssid))).toMatchObject(identity)
  })

  test('with a partition for assets has the newer layout, even where the JSON is broken', () => {
    const body = firmwareBody('home').replace('"label":"nvs"', '"label":"assets"')
    expect(readOtaReport(body).layout).toBe('v2')
    expect(readOtaReport(body.replace('home', '"')).layout).toBe('v2')
    expect(readOtaReport('{"partition_table":[]}').layout).toBeUndefined()
  })

  test('of py-xiaozhi has a board and a version only', () => {
    const body = {
      application: { version: '2.0.0', elf_sha256: 'c8a8ecb6' },
      board: { type: 'bread-compact-wifi', name: 'py-xiaozhi', ip: '10.0.0.8', mac: 'aa:bb:cc:dd:ee:ff' },
    }
    expect(readOtaReport(JSON.stringify(body))).toEqual({
      ...nothing,
      macAddress: 'aa:bb:cc:dd:ee:ff',
      firmwareVersion: '2.0.0',
      boardType: 'bread-compact-wifi',
      boardName: 'py-xiaozhi',
    })
  })

  test.each(['{}', '', 'null', '[]', '5', 'not JSON', '{"application":null,"board":[]}'])(
    'says nothing in %j',
    (body) => {
      expect(readOtaReport(body)).toEqual(nothing)
    },
  )

  test('loses a field of the wrong type or size, not the others', () => {
    const body = { mac_address: 5, uuid: 'x'.repeat(201), application: 'none', chip_model_name: 'esp32' }
    expect(readOtaReport(JSON.stringify(body))).toEqual({ ...nothing, chipModel: 'esp32' })
  })

  test('takes the version of the application, not the number of the report', () => {
    expect(readOtaReport('{"version":"9.9.9","application":{"version":"1.2.3"},"ssid":"""}').firmwareVersion).toBe(
      '1.2.3',
    )
    expect(readOtaReport('{"version":"9.9.9","ssid":"""}').firmwareVersion).toBeUndefined()
  })

  test('takes no time to give up on', () => {
    const startedAt = performance.now()
    readOtaReport('"application":{'.repeat(20_000))
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })
})

describe('the answer', () => {
  const input = {
    nowMs: 1_767_225_600_000,
    timezoneOffsetMinutes: 480,
    firmwareVersion: '2.4.2',
    websocketUrl: 'ws://192.168.1.10:8000/xiaozhi/v1/',
    token: 'secret',
  }
  const versionFor = (firmwareVersion: string | undefined) =>
    toOtaAnswer({ ...input, firmwareVersion }).firmware.version

  test('tells the time, the version that runs, and where to connect', () => {
    expect(toOtaAnswer(input)).toEqual({
      server_time: { timestamp: 1_767_225_600_000, timezone_offset: 480 },
      firmware: { version: '2.4.2', url: '' },
      websocket: { url: 'ws://192.168.1.10:8000/xiaozhi/v1/', token: 'secret', version: 1 },
    })
  })

  test('overwrites an old token and framing in the flash of a device without a credential', () => {
    expect(toOtaAnswer({ ...input, token: '' }).websocket).toMatchObject({ token: '', version: 1 })
  })

  test('has no key below websocket that flash cannot hold', () => {
    for (const key of Object.keys(toOtaAnswer(input).websocket)) expect(key.length).toBeLessThanOrEqual(15)
  })

  test('never selects another transport or an activation', () => {
    expect(Object.keys(toOtaAnswer(input)).toSorted()).toEqual(['firmware', 'server_time', 'websocket'])
  })

  test.each([
    ['2.4.2', '2.4.2'],
    ['2.0.0-rc1', '2.0.0'],
    ['2.', '2'],
    ['1', '1'],
    ['v2.0', '0.0.0'],
    ['', '0.0.0'],
    [undefined, '0.0.0'],
    ['.5', '0.0.0'],
  ])('calls the version %j %j', (given, version) => {
    expect(versionFor(given)).toBe(version)
  })

  test('never has a segment that does not begin with a digit', () => {
    fc.assert(
      fc.property(fc.string(), (given) =>
        versionFor(given)
          .split('.')
          .every((segment) => /^\d/.test(segment)),
      ),
    )
  })
})
