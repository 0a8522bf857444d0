import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Secret } from '@parley/service-kit'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { expect, test } from 'vitest'
import { createSmtpMailer } from './smtp-mailer.ts'

type Mail = { from: string; to: string[]; content: string; user: string | undefined }

/** A mail server on loopback, for one user. */
async function openServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'parley' && password === 'p@ss word'
        ? done(null, { user: 'parley' })
        : done(new Error('wrong password')),
    onData: (stream, { envelope, user }, done) => {
      stream.once('end', () => done())
      void text(stream).then((content) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), content, user: user as string })
      })
    },
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    mails,
    urlFor: (password: string) => new Secret(`smtp://parley:${encodeURIComponent(password)}@127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const to = { kind: 'email', value: 'ada@mail.test' } as const
const link = 'https://parley.example.com/reset#abc-_123'
const settings = { from: 'Parley <parley@example.com>', timeoutMs: 2_000 }

test('sends codes and links, each to one address', async () => {
  await using server = await openServer()
  using mailer = createSmtpMailer({ ...settings, url: server.urlFor('p@ss word') })
  await mailer.send(to, { kind: 'code', code: '123456', goodForS: 300 })
  await mailer.send(to, { kind: 'reset-password', link, goodForS: 1_800 })
  await mailer.send(to, { kind: 'verify-email', link, goodForS: 86_400 })
  const [code, reset, verify] = server.mails
  expect(code).toMatchObject({ from: 'parley@example.com', to: ['ada@mail.test'], user: 'parley' })
  expect(code?.content).toMatch(/^From: Parley <parley@example\.com>/m)
  expect(code?.content).toContain('123456 is your code. It is good for 5 minutes.')
  expect(reset?.content).toContain('within 30 minutes')
  for (const mail of [reset, verify])
    expect(mail?.content.replaceAll('=\r\n', '')).toContain('https://parley.example.com/reset#abc-_123')
})

test('an address cannot bring in recipients or headers', async () => {
  await using server = await openServer()
  using mailer = createSmtpMailer({ ...settings, url: server.urlFor('p@ss word') })
  const value = 'ada@mail.test, eve@mail.test\r\nBcc: mallory@mail.test'
  await mailer.send({ kind: 'email', value }, { kind: 'code', code: '123456', goodForS: 300 }).catch(() => undefined)
  const recipients = server.mails.flatMap(({ to: addresses }) => addresses)
  expect(recipients).not.toContain('eve@mail.test')
  expect(recipients).not.toContain('mallory@mail.test')
})

test('a server that refuses for good is a refusal, without the address', async () => {
  await using server = await openServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
  })
  using mailer = createSmtpMailer({ ...settings, url: server.urlFor('p@ss word') })
  const refused = mailer.send(to, { kind: 'code', code: '123456', goodForS: 300 })
  await expect(refused).rejects.toMatchObject({ code: 'provider-rejected', cause: { message: 'SMTP 550' } })
  await expect(refused).rejects.not.toThrow(/ada@mail/)
})

test.each([
  ['a busy server', (server: Awaited<ReturnType<typeof openServer>>) => server.urlFor('p@ss word'), 'provider-failed'],
  ['nobody there', () => new Secret('smtp://127.0.0.1:9'), 'provider-failed'],
])('%s may pass', async (_, urlOf, code) => {
  await using server = await openServer({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 451 })),
  })
  using mailer = createSmtpMailer({ ...settings, url: urlOf(server) })
  await expect(mailer.send(to, { kind: 'code', code: '123456', goodForS: 300 })).rejects.toMatchObject({ code })
})

test('a wrong password is the installation’s own fault', async () => {
  await using server = await openServer()
  using mailer = createSmtpMailer({ ...settings, url: server.urlFor('wrong') })
  await expect(mailer.send(to, { kind: 'code', code: '123456', goodForS: 300 })).rejects.toMatchObject({
    cause: { message: 'SMTP 535' },
  })
})
