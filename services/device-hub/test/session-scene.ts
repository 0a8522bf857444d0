import { openSession } from '../src/domain/session.ts'
import type { Heard } from '../src/domain/listening.ts'
import type { TurnReport } from '../src/domain/turn-report.ts'
import type { DeviceSettings, DeviceStatus } from '@parley/contracts'
import type { Manner } from '../src/domain/manner.ts'
import { countingIds, FakeEars, FakeEyes, FakeMind, FakeVoice, plainManner, RecordingLink } from './fakes.ts'
import { settle, VirtualClock } from './virtual-clock.ts'

export const deviceId = 'aa:bb:cc:dd:ee:ff'
const settings = {
  format: { sampleRateHz: 24_000, frameMs: 60 },
  leadFrames: 3,
  firstAudioDelayMs: 100,
  stopMarginMs: 120,
  maxSpeechMs: 30_000,
  wakeWords: ['hey parley'],
} as const

/** An open session among fakes, and what its device may do. */
export function sessionScene({
  ownerId,
  agentId,
  chipModel = 'esp32s3',
  settings: ownSettings,
  ...over
}: Partial<Manner> & { ownerId?: string; agentId?: string; chipModel?: string; settings?: DeviceSettings } = {}) {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const ears = new FakeEars()
  const mind = new FakeMind()
  mind.script = ['One two three four. ']
  const voice = new FakeVoice()
  const eyes = new FakeEyes()
  const manner = { ...plainManner, ...over }
  const statuses: DeviceStatus[] = []
  let readied = 0
  const turns: { report: TurnReport; heard: Heard | undefined }[] = []
  const failures: unknown[] = []
  const session = openSession(
    {
      deviceId,
      ownerId,
      agentId,
      credentialEpoch: undefined,
      chipModel,
      settings: ownSettings,
      vision: (sessionId) => ({ url: 'http://hub/mcp/vision/explain', token: `for ${sessionId}` }),
    },
    {
      pairingCode: () => Promise.resolve({ code: '012345', leftS: 900 }),
      ears,
      mind,
      voice,
      eyes,
      manners: () => manner,
      clock,
      newId: countingIds(),
      settings: { ...settings, wakeWords: [...settings.wakeWords] },
      onTurn: (report, heard) => turns.push({ report, heard }),
      onFailure: (error) => failures.push(error),
      inTurn: (_turnId, work) => work(),
    },
    { link, onReady: () => readied++, onStatus: (status) => statuses.push(status) },
  )
  const hello = (given: { mcp?: boolean; aec?: boolean; frameMs?: number } = {}) =>
    session.receive({ type: 'hello', mcp: false, aec: false, sampleRateHz: 16_000, frameMs: 60, ...given })
  const listen = (mode: 'auto' | 'manual' | 'realtime' = 'auto') =>
    session.receive({ type: 'listen', state: 'start', mode })
  const release = () => session.receive({ type: 'listen', state: 'stop' })
  const detect = (text: string) => session.receive({ type: 'listen', state: 'detect', text })
  const abort = () => session.receive({ type: 'abort' })
  const ready = async () => {
    ears.last.feed.emit({ type: 'ready' })
    await settle()
  }
  const given = { clock, link, ears, mind, voice, eyes, manner, statuses, turns, failures, session }
  return { ...given, hello, listen, release, detect, abort, ready, readied: () => readied }
}
