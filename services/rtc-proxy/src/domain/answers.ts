import type { Action, Answer } from './ports.ts'

/** Newer versions of the vendor's API refuse with an HTTP status, older ones with 200: only this tells. */
export function refusalOf(answer: Answer): string | undefined {
  const metadata = answer['ResponseMetadata']
  if (typeof metadata !== 'object' || metadata === null || !('Error' in metadata) || !metadata.Error) return undefined
  const { Code: code } = metadata.Error as { Code?: unknown }
  return typeof code === 'string' && code ? code : 'unknown'
}

/**
 * Whether an answer to a stop says that nothing runs any more. The vendor publishes no words for a task that it does not have;
 * what it publishes is that this is about the parameters, and not about who asks or when.
 */
export function isStopped(answer: Answer): boolean {
  const refusal = refusalOf(answer)
  return refusal === undefined || refusal.startsWith('InvalidParameter')
}

/** What the vendor answers when all is well, where there is nothing to ask it for. */
export function wellAnswer(action: Action, version: string, requestId: string): Answer {
  const metadata = { RequestId: requestId, Action: action, Version: version, Service: 'rtc', Region: 'cn-north-1' }
  return { ResponseMetadata: metadata, Result: 'ok' }
}
