import { Problem, type Client, type Login } from '@parley/contracts'
import type { TellOfReuse } from './alarms.ts'
import type { AuditTrail } from './audit-trail.ts'
import { digest, fingerprintOf } from './digests.ts'
import type { Random } from './ports.ts'
import type { AccessTokens, KnownRefreshToken, RefreshTokens, Successors } from './session-ports.ts'
import { earliest, toLogin, toPerson, type SessionSettings, type Sessions } from './sessions.ts'

export type RefreshingPorts = {
  refreshTokens: RefreshTokens
  successors: Successors
  accessTokens: AccessTokens
  audit: AuditTrail
  tellOfReuse: TellOfReuse
  random: Random
  now: () => Date
}

export type RefreshingSettings = Pick<SessionSettings, 'accessTtlS' | 'refreshTtlS'> & {
  /** How long the token before is still answered, with the successor that it has. */
  graceS: number
  /** Ends a session that was not refreshed for so long after its JWT; 0 ends none. */
  idleS: number
}

/** @throws Problem `unauthorized` for a token that is unknown, void, too old or used before */
export type Refresh = (given: { refreshToken: string; client?: Client | undefined }) => Promise<Login>

/**
 * Trades a refresh token for its successor. One statement claims it, so that of any number who come with the same token one
 * rotates it; the others, and whoever lost the answer, get the same successor within the grace. Who comes with it later, or
 * from another client, has a copy: then the whole family is over, which is the session and no more.
 */
export function createRefresh(
  sessions: Pick<Sessions, 'end'>,
  ports: RefreshingPorts,
  settings: RefreshingSettings,
): Refresh {
  const { refreshTokens, successors, accessTokens, audit, random, now } = ports
  const later = (seconds: number) => new Date(now().getTime() + seconds * 1_000)

  async function find(token: string): Promise<KnownRefreshToken> {
    const known = await refreshTokens.find(digest(token))
    if (!known || known.void || known.expiresAt <= now()) throw refused()
    if (settings.idleS > 0 && known.lastSeenAt < later(-settings.idleS - settings.accessTtlS)) {
      await sessions.end(known.userId, known.familyId, 'idle')
      throw refused()
    }
    return known
  }

  /** The proposal is kept before anybody claims: whoever loses finds the successor there. */
  async function rotate(token: string, fingerprint: string) {
    const successor = await successors.propose(token, { id: random.newId(), token: random.newToken() })
    const claimed = await refreshTokens.claim(digest(token), now(), {
      id: successor.id,
      hash: digest(successor.token),
      fingerprint,
      expiresAt: later(settings.refreshTtlS),
    })
    if (claimed) await successors.keep(token, successor)
    return claimed && { ...claimed, token: successor.token }
  }

  /** The successor that the token has already, for the client that has it. */
  async function repeat(token: string, known: KnownRefreshToken, fingerprint: string) {
    const { rotated, familyId: sessionId, userId } = known
    const inGrace = rotated && rotated.at >= later(-settings.graceS)
    if (!inGrace || rotated.successorFingerprint !== fingerprint) {
      await sessions.end(userId, sessionId, 'reuse')
      await audit.record({
        action: 'token.reused',
        target: { kind: 'session', id: sessionId },
        outcome: 'unauthorized',
      })
      ports.tellOfReuse(userId, sessionId)
      throw refused()
    }
    const successor = await successors.find(token)
    if (successor?.id !== rotated.successorId) throw refused()
    return { sessionId, userId, token: successor.token, expiresAt: rotated.successorExpiresAt }
  }

  return async ({ refreshToken, client = {} }) => {
    const fingerprint = fingerprintOf(client)
    const known = await find(refreshToken)
    const next =
      (known.rotated ? undefined : await rotate(refreshToken, fingerprint)) ??
      (await repeat(refreshToken, known.rotated ? known : await find(refreshToken), fingerprint))
    const grant = await refreshTokens.grantOf(next.sessionId)
    if (!grant) throw refused()
    const wanted = earliest(later(settings.accessTtlS), next.expiresAt)
    return toLogin(toPerson(next, grant), next, wanted, accessTokens)
  }
}

function refused(): Problem {
  return new Problem('unauthorized', 'This refresh token is not valid any more: log in again')
}
