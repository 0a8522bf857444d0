import { Problem } from '@parley/contracts'
import type { Secret } from '@parley/service-kit'
import { createTransport } from 'nodemailer'
import type { Notice, Notifier } from '../../domain/ports.ts'

export type SmtpSettings = {
  /** `smtp://user:password@host:587`, `smtps://…` for TLS from the start. */
  url: Secret
  /** Whom a mail is from, such as `Parley <parley@example.com>`. */
  from: string
  timeoutMs: number
}

export type SmtpMailer = Pick<Notifier, 'send'> & Disposable

/** Mails by SMTP. A server that refuses for good is Problem `provider-rejected`, everything else may pass. */
export function createSmtpMailer({ url, from, timeoutMs }: SmtpSettings): SmtpMailer {
  const { hostname, port, protocol, username, password } = new URL(url.reveal())
  const transport = createTransport({
    host: hostname,
    secure: protocol === 'smtps:',
    ...(port && { port: Number(port) }),
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  return {
    send: async ({ value: to }, notice) => {
      const { subject, text } = toMail(notice)
      // An address is one recipient, whatever it looks like.
      const mail = { from, to: { name: '', address: to }, subject, text }
      try {
        await transport.sendMail(mail)
      } catch (cause) {
        throw toProblem(cause)
      }
    },
    [Symbol.dispose]: () => transport.close(),
  }
}

/** What nodemailer throws has the address in its text: only its kind is told. */
function toProblem(error: unknown): Problem {
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  const cause = new Error(`SMTP ${responseCode ?? code ?? 'failed'}`)
  if (responseCode !== undefined && responseCode >= 500)
    return new Problem('provider-rejected', 'The mail server does not take this message', { cause })
  if (code === 'ETIMEDOUT') return new Problem('timeout', 'The mail server gave no answer in time', { cause })
  return new Problem('provider-failed', 'The mail server cannot be reached', { cause })
}

function toMail(notice: Notice): { subject: string; text: string } {
  const ignore = 'If you did not ask for this, you need not do anything.'
  const minutesOf = ({ goodForS }: { goodForS: number }) => Math.round(goodForS / 60)
  switch (notice.kind) {
    case 'code':
      return {
        subject: 'Your code',
        text: `${notice.code} is your code. It is good for ${minutesOf(notice)} minutes.\n\n${ignore}\n`,
      }
    case 'verify-email':
      return {
        subject: 'Is this your address?',
        text: `Open this link to say that it is:\n\n${notice.link}\n\nIt works for a day. ${ignore}\n`,
      }
    case 'reset-password':
      return {
        subject: 'A new password',
        text: `Open this link to set one:\n\n${notice.link}\n\nIt works once, within ${minutesOf(notice)} minutes. ${ignore}\n`,
      }
    case 'token-reused':
      return {
        subject: 'We have logged you out somewhere',
        text: 'Somebody came with a copy of a token of yours, so its session is over. Log in again where you need to, and look through your sessions. If it happens again, change your password.\n',
      }
  }
}
