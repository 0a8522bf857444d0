import type { SpeechFakeScript } from '@parley/testkit/speech-fakes'

type Disposing = Partial<AsyncDisposable> & Partial<Disposable>

/** A provider and the fake it talks to, that end together. */
export async function against<Fake extends AsyncDisposable, Port extends object>(
  starting: Promise<Fake>,
  create: (fake: Fake) => (Port & Disposing) | Promise<Port & Disposing>,
): Promise<Port & AsyncDisposable> {
  const fake = await starting
  const port = await create(fake)
  const dispose = async () => {
    port[Symbol.dispose]?.()
    await port[Symbol.asyncDispose]?.()
    await fake[Symbol.asyncDispose]()
  }
  return { ...port, [Symbol.dispose]: () => undefined, [Symbol.asyncDispose]: dispose }
}

type Code = 'provider-rejected' | 'provider-failed' | 'timeout'
type Scripted<Port> = (script: SpeechFakeScript) => () => Promise<Port>

/** The ways in which every vendor fails, as its fake acts them. `deniedIs` is what its own word for no means. */
export function vendorFailures<Port>(open: Scripted<Port>) {
  const failure = (when: string, script: SpeechFakeScript, code: Code, more = {}) => ({
    when,
    open: open(script),
    code,
    ...more,
  })
  return [
    failure('401', { fault: { status: 401 } }, 'provider-rejected'),
    failure('429', { fault: { status: 429 } }, 'provider-failed'),
    failure('500', { fault: { status: 500 } }, 'provider-failed'),
    failure('a silent vendor', { fault: 'silent' }, 'timeout'),
    failure('its word for no', { fault: 'denied' }, 'provider-rejected'),
    failure('its word for too much', { fault: 'busy' }, 'provider-failed'),
  ]
}
