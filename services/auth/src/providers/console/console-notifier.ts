import type { Logger } from '@parley/service-kit'
import type { Notice, Notifier } from '../../domain/ports.ts'

/** Tells whoever reads the log instead of the person: for machines where both are the same. */
export function createConsoleNotifier(log: Logger): Pick<Notifier, 'send'> {
  return {
    send: async ({ kind }, notice) => {
      log.warn(`${wordsFor(notice)} (this would have gone out by ${kind})`)
    },
  }
}

function wordsFor(notice: Notice): string {
  switch (notice.kind) {
    case 'code':
      return `The code is ${notice.code}`
    case 'verify-email':
      return `To verify the address, open ${notice.link}`
    case 'reset-password':
      return `To set a new password, open ${notice.link}`
    case 'token-reused':
      return 'A session was ended: somebody had a copy of its token'
  }
}
