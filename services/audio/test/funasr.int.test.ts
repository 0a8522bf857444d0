import { startFunasrFake, type FunasrFakeSettings } from '@parley/testkit/speech-fakes'
import { expect, test } from 'vitest'
import { describeRecogniser } from '../src/providers/conformance.ts'
import { createFunasrRecogniser } from '../src/providers/funasr/funasr-recogniser.ts'
import { saySentence } from './speech.ts'
import { against, vendorFailures } from './vendors.ts'

const text = 'what time is it'
const never = new AbortController().signal
const modes = ['2pass', 'online', 'offline'] as const

const openIn =
  (mode: (typeof modes)[number]) =>
  (script: Partial<FunasrFakeSettings> = {}) =>
  () =>
    against(startFunasrFake({ text, ...script }), ({ socketUrl: url }) =>
      createFunasrRecogniser({ url, mode, hotwords: { parley: 20 }, timeoutMs: 500 }),
    )
/** It has no words of its own for a refusal: it closes the connection. */
const ownWords = ({ when }: { when: string }) => !when.startsWith('its word')

for (const mode of modes) {
  const open = openIn(mode)
  describeRecogniser(`funasr ${mode}`, {
    open: open(),
    openSilent: open(),
    openSlow: open({ fault: 'silent' }),
    speech: () => saySentence(text),
    text,
    failures: [
      ...vendorFailures(open).filter(ownWords),
      { when: 'a connection that it closes', open: open({ fault: 'busy' }), code: 'provider-failed' },
      { when: 'a cut in the middle', open: open({ cutAfterMs: 400 }), code: 'provider-failed' },
    ],
  })

  test(`funasr ${mode}: the server in Python, which marks its last message as if it were none`, async () => {
    await using port = await open({ server: 'python' })()
    expect((await port.recognise(await saySentence(text), { signal: never })).text).toBe(text)
  })
}
