import { inboxPrefix, parties, wildcardSubject, type Contract, type ServiceName } from '@parley/contracts'

/** What a user of NATS may do: the subjects, with wildcards, that it may send to and listen on. Nothing else. */
export type Permissions = { publish: string[]; subscribe: string[] }

/** Whoever looks after an installation, with every right; services answer them, too. */
export const operator = 'operator'

/** What a service may do on the bus, from what it declares in the contracts. @param prefix of all subjects, as services have it */
export function permissionsOf(service: ServiceName, prefix?: string): Permissions {
  const { answers, pins = [], asks, tells, hears } = parties[service]
  const under = (subject: string) => (prefix ? `${prefix}.${subject}` : subject)
  const own = under(`health.v1.${service}.read`)
  return {
    publish: sorted([
      ...[...asks, ...tells].map((contract) => under(wildcardSubject(contract.subject))),
      ...[...counterparts(service), operator].map((name) => `${inboxPrefix(name)}.>`),
    ]),
    subscribe: sorted([
      ...[...answers, ...hears]
        .filter((contract) => !pins.includes(contract))
        .map((contract) => under(wildcardSubject(contract.subject))),
      ...pins.map((contract) => under(pinnedSubject(contract))),
      own,
      `${inboxPrefix(service)}.>`,
    ]),
  }
}

/** Every service's permissions. */
export function allPermissions(prefix?: string): Record<ServiceName, Permissions> {
  const names = Object.keys(parties) as ServiceName[]
  return Object.fromEntries(names.map((name) => [name, permissionsOf(name, prefix)])) as Record<
    ServiceName,
    Permissions
  >
}

/** Those whose inboxes a service writes to: who asks it, and whose streams it reads, which it grants credit. */
function counterparts(service: ServiceName): ServiceName[] {
  const { answers, asks } = parties[service]
  return (Object.keys(parties) as ServiceName[]).filter((name) => {
    const other = parties[name]
    const asksIt = other.asks.some((contract) => answers.includes(contract))
    const streamsToIt = other.answers.some((contract) => contract.kind === 'stream' && asks.includes(contract))
    const looksAfterIt = other.asks.some(({ subject }) => subject.startsWith('health.'))
    return name !== service && (asksIt || streamsToIt || looksAfterIt)
  })
}

/** One subscription serves all that is pinned for an owner: it has a wildcard at its end. */
function pinnedSubject({ subject }: Contract): string {
  return wildcardSubject(`${subject.slice(0, subject.lastIndexOf('.'))}.*`)
}

function sorted(subjects: string[]): string[] {
  return [...new Set(subjects)].toSorted()
}
