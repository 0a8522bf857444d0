import { z } from 'zod'

const twelveHexDigits = /^[0-9a-f]{12}$/

/**
 * A device's name: its MAC address, lower case, colon separated (`aa:bb:cc:dd:ee:ff`). Takes the spellings seen in the
 * field (upper case, `-`, `_`, `.` or no separator). A MAC is a name, not a secret.
 */
export function toDeviceId(text: string): string | undefined {
  const digits = text
    .trim()
    .toLowerCase()
    .replace(/[:\-_.]/g, '')
  return twelveHexDigits.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined
}

export const DeviceId = z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, 'a MAC address such as aa:bb:cc:dd:ee:ff')
export type DeviceId = z.infer<typeof DeviceId>

/** A BCP 47 language tag such as `en`, `en-US` or `zh-CN`. */
export const Language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language tag such as en or zh-CN')

/** An IANA name, as this runtime knows them. */
export const TimeZone = z.string().max(64).refine(isTimeZone, 'a time zone such as Europe/Berlin or Asia/Shanghai')

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
