/** What is known of the device that asks. */
export type DeviceFacts = { place?: string | undefined; chipModel?: string | undefined }

export type PromptFacts = {
  /** What the agent is called. */
  agent: string
  language: string | undefined
  speaker: string | undefined
  device: DeviceFacts | undefined
  now: Date
}

/** The variables of a prompt, as they stand in double braces: `{{ time }}`. */
export const promptVariables = [
  'agent',
  'date',
  'weekday',
  'time',
  'lunar_date',
  'time_zone',
  'place',
  'device',
  'speaker',
  'language',
] as const
type Variable = (typeof promptVariables)[number]

/**
 * Puts what is known into a prompt: an agent's author writes `{{ place }}` and never learns where. What is not known is
 * `unknown`, a speaker without a name `the user`; other words in braces stay as they are.
 */
export function createPromptVariables({
  timeZone,
}: {
  timeZone: string
}): (prompt: string, facts: PromptFacts) => string {
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone })
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone })
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone })
  const lunarDate = new Intl.DateTimeFormat('zh-CN-u-ca-chinese', { dateStyle: 'long', timeZone })
  const read: Record<Variable, (facts: PromptFacts) => string | undefined> = {
    agent: ({ agent }) => agent,
    date: ({ now }) => date.format(now),
    weekday: ({ now }) => weekday.format(now),
    time: ({ now }) => time.format(now),
    lunar_date: ({ now }) => lunarDate.format(now),
    time_zone: () => timeZone,
    place: ({ device }) => device?.place,
    device: ({ device }) => device?.chipModel,
    speaker: ({ speaker }) => speaker ?? 'the user',
    language: ({ language }) => language,
  }
  return (prompt, facts) =>
    prompt.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (written, name: string) =>
      name in read ? (read[name as Variable](facts) ?? 'unknown') : written,
    )
}
