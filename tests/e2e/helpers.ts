import type { DeviceAudio, DeviceEvent, DeviceMessage, VirtualDevice } from '@parley/testkit/device'

export const isMessage = (event: DeviceEvent): event is DeviceMessage => event.kind === 'message'
export const isAudio = (event: DeviceEvent): event is DeviceAudio => event.kind === 'audio'

/** The order of a turn as short words: `stt`, `start`, `llm`, `sentence`, `audio`, `stop` (runs of audio as one). */
export function outline(events: readonly DeviceEvent[]): string[] {
  const words = events.flatMap((event) => {
    if (isAudio(event)) return ['audio']
    if (!isMessage(event) || event.type === 'mcp') return []
    if (event.type !== 'tts') return [event.type]
    return [event.body['state'] === 'sentence_start' ? 'sentence' : String(event.body['state'])]
  })
  return words.filter((word, index) => word !== 'audio' || words[index - 1] !== 'audio')
}

export const packetsOf = (events: readonly DeviceEvent[]) => events.filter(isAudio).map(({ packet }) => packet)

export const sentencesOf = (events: readonly DeviceEvent[]) =>
  events.filter(isMessage).flatMap(({ body }) => (body['state'] === 'sentence_start' ? [String(body['text'])] : []))

/** Says something with push to talk, as fast as the socket takes it. */
export function pushToTalk(device: VirtualDevice, packets: Uint8Array[]) {
  device.send({ type: 'listen', state: 'start', mode: 'manual' })
  for (const packet of packets) device.sendAudio(packet)
  device.send({ type: 'listen', state: 'stop' })
}

/** Types something. */
export function type(device: VirtualDevice, text: string) {
  device.send({ type: 'listen', state: 'detect', text })
}

/** Everything of a turn from `from` on, when its `tts stop` has come. */
export async function wholeTurn(device: VirtualDevice, from: number, timeoutMs = 12_000): Promise<DeviceEvent[]> {
  await device.message('tts', { state: 'stop' }, { from, timeoutMs })
  return device.log.events.slice(from)
}

/** Asks a device that nobody owns for its pairing code, as a person would, and listens to the answer. */
export async function pairingCodeOf(device: VirtualDevice): Promise<string> {
  const from = device.position
  type(device, 'what is your pairing code')
  const told = sentencesOf(await wholeTurn(device, from)).join(' ')
  const [digits] = /\d(?: \d){5}/.exec(told) ?? []
  if (!digits) throw new Error(`no code in "${told}"`)
  return digits.replaceAll(' ', '')
}

/** Asks for the configuration of a device whose client is `one`, as it does when it starts; gives its credential. */
export async function enrol(otaUrl: string, deviceId: string): Promise<string> {
  const headers = { 'Device-Id': deviceId, 'Client-Id': 'one' }
  const response = await fetch(otaUrl, { method: 'POST', headers, body: '{}' })
  return ((await response.json()) as { websocket: { token: string } }).websocket.token
}
