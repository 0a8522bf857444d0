import { Problem } from './problem.ts'

/** The names in braces of a subject pattern: `device.v1.{deviceId}.call` has `deviceId`. */
export type TokenName<Subject extends string> = Subject extends `${string}{${infer Name}}${infer Rest}`
  ? Name | TokenName<Rest>
  : never

export type Tokens<Subject extends string> = Record<TokenName<Subject>, string>

const tokenShape = /^[A-Za-z0-9_:-]{1,128}$/
const placeholder = /\{([A-Za-z0-9]+)\}/g

/**
 * Fills a pattern's tokens. A token may hold letters, digits, `_`, `:` and `-` only, so that whoever chooses an id
 * cannot choose a subject (`*`, `>` and `.` are refused).
 * @throws Problem `bad-request` naming the token.
 */
export function fillSubject(pattern: string, tokens: Record<string, string> = {}): string {
  return pattern.replace(placeholder, (_match, name: string) => {
    const value = tokens[name]
    if (value === undefined || !tokenShape.test(value)) {
      throw new Problem('bad-request', `"${name}" is not a valid identifier`, {
        issues: [{ path: name, message: 'letters, digits, "_", ":" and "-" only, 128 at most' }],
      })
    }
    return value
  })
}

/** The pattern with every token that is not given as a NATS wildcard: `device.v1.*.call`. */
export function wildcardSubject(pattern: string, tokens: Record<string, string> = {}): string {
  return pattern.replace(placeholder, (match, name: string) => (name in tokens ? fillSubject(match, tokens) : '*'))
}

/** Reads the tokens of a concrete subject back. Both must have the same number of parts. */
export function readTokens(pattern: string, subject: string): Record<string, string> {
  const values = subject.split('.')
  const tokens: Record<string, string> = {}
  pattern.split('.').forEach((part, index) => {
    if (part.startsWith('{')) tokens[part.slice(1, -1)] = values[index] ?? ''
  })
  return tokens
}
