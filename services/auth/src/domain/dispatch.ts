import { Problem, type CodeRequest } from '@parley/contracts'
import { codeLifeS } from './codes.ts'
import type { Contact, Notice, Notifier, Quota, Quotas, TicketStore } from './ports.ts'

/** How much is sent: to one number or address, for one client, for its network, and to phones altogether. */
export type DispatchLimits = {
  recipient: readonly Quota[]
  client: Quota
  network: Quota
  /** The breaker: what may be spent on messages in an hour, whoever asks. */
  spend: Quota
}

export type DispatchSettings = {
  limits: DispatchLimits
  /** Country codes of numbers that are served, such as `86`. */
  countries: readonly string[]
  /** After so many for one client in an hour, a captcha is asked for. */
  captchaAfter: number
}

export type DispatchPorts = {
  notifier: Notifier
  quotas: Quotas
  tickets: TicketStore
  /** What tells people from programs; without it nobody is asked. */
  captcha: ((answer: string, address: string) => Promise<boolean>) | undefined
  /** What became of a message. */
  onSent: (kind: Contact['kind'], outcome: 'sent' | 'failed' | 'limited' | 'breaker') => void
  now: () => Date
}

/** Who wants something sent. */
export type Asking = Pick<CodeRequest, 'captcha' | 'idempotencyKey'> & {
  address: string
  /** Repetitions are told apart by it. */
  purpose: string
  /** Somebody who has shown who they are is not asked for a captcha. */
  known?: boolean
  /** What was sent to this recipient lately is not told: nothing is sent then, and the answer is the same. */
  quiet?: boolean
}

export type Dispatch = {
  /** Whether there is a way to reach people so. */
  reaches: Notifier['reaches']
  /**
   * Whether something may be sent, which is counted. It depends on nothing but who asks and for which number: not on whether
   * somebody has it.
   * @returns `again` when it is a repetition: then nothing is sent
   * @throws Problem `rate-limited`; `bad-request` for a country that is not served or a captcha that is missing; `conflict`
   * when this installation has no way to send it
   */
  admit: (to: Contact, asking: Asking) => Promise<Admission>
  /** Sends what was admitted. A repetition is let through again only if this one was surely not sent. */
  send: (to: Contact, notice: Notice, admission: Admission) => Promise<void>
}

export type Admission = { again: boolean; claim: string | undefined }

/** To one number or address: one in a minute, five in an hour, ten in a day. */
export const recipientLimits: readonly Quota[] = [
  { points: 1, seconds: 60 },
  { points: 5, seconds: 3_600 },
  { points: 10, seconds: 86_400 },
]

export const retryAfterS = 60
const hourS = 3_600
const claims = 'dispatch'

/** The one way out for codes and links, with the limits that keep others from spending our money on it. */
export function createDispatch(ports: DispatchPorts, settings: DispatchSettings): Dispatch {
  const { notifier, quotas, tickets, captcha, onSent, now } = ports
  const { limits, countries, captchaAfter } = settings

  async function demandCaptcha({ address, captcha: answer, known }: Asking): Promise<void> {
    if (!captcha || known || (await quotas.count('dispatch-client', address, hourS)) < captchaAfter) return
    if (answer !== undefined && (await captcha(answer, address))) return
    const message = 'show first that you are no program'
    throw new Problem('bad-request', `A captcha is needed: ${message}`, { issues: [{ path: 'captcha', message }] })
  }

  /** Whether it may be sent; false only where that must not be told. */
  async function count(to: Contact, { address, quiet = false }: Asking): Promise<boolean> {
    const one = async (name: string, who: string, quota: readonly Quota[]) => {
      const waitS = await quotas.take(name, who, quota)
      if (waitS === 0) return true
      onSent(to.kind, name === 'dispatch-spend' ? 'breaker' : 'limited')
      if (quiet && who === to.value) return false
      throw new Problem('rate-limited', `Too many messages; try again in ${waitS} s`, { retryAfterS: waitS })
    }
    await one('dispatch-client', address, [limits.client])
    await one('dispatch-network', networkOf(address), [limits.network])
    const may = await one(`dispatch-${to.kind}`, to.value, limits.recipient)
    if (may && to.kind === 'phone') await one('dispatch-spend', 'all', [limits.spend])
    return may
  }

  return {
    reaches: notifier.reaches,

    admit: async (to, asking) => {
      if (!notifier.reaches(to.kind)) throw new Problem('conflict', `This installation sends no messages by ${to.kind}`)
      if (to.kind === 'phone' && !countries.some((code) => to.value.startsWith(`+${code}`))) {
        const message = 'numbers of this country are not served'
        throw new Problem('bad-request', message, { issues: [{ path: 'phone', message }] })
      }
      const claim = asking.idempotencyKey && JSON.stringify([asking.purpose, to, asking.idempotencyKey])
      const isNew = !claim || (await tickets.saveNew(claims, claim, new Date(now().getTime() + codeLifeS * 1_000)))
      if (!isNew) return { again: true, claim }
      try {
        await demandCaptcha(asking)
        return { again: !(await count(to, asking)), claim }
      } catch (error) {
        if (claim) await tickets.take(claims, claim)
        throw error
      }
    },

    send: async (to, notice, { claim }) => {
      try {
        await notifier.send(to, notice)
        onSent(to.kind, 'sent')
      } catch (error) {
        onSent(to.kind, 'failed')
        const surely = error instanceof Problem && error.code === 'provider-rejected'
        if (surely && claim) await tickets.take(claims, claim)
        throw error
      }
    },
  }
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one: what one customer of a network has. */
export function networkOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (mapped.includes('.')) return mapped.split('.').slice(0, 3).join('.')
  const [head = '', tail] = mapped.toLowerCase().split('::', 2)
  const groups = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const whole =
    tail === undefined ? groups : [...groups, ...Array(8 - groups.length - after.length).fill('0'), ...after]
  return whole
    .slice(0, 3)
    .map((group: string) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
