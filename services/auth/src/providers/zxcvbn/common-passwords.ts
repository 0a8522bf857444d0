import { dictionary } from '@zxcvbn-ts/language-common'

/** The 49,000 passwords that leaks have most of, as zxcvbn's authors keep them. */
const known = new Set(dictionary['passwords-common'])

/** Whether a password, in lower case, is one that everybody tries first. */
export function isCommonPassword(password: string): boolean {
  return known.has(password)
}
