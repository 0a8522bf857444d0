import { authorize, type Credentials } from './authorize.ts'
import type { Bucket } from './bucket.ts'
import { operationOf, operations, type Answer } from './operations.ts'
import { OssError } from './oss-error.ts'
import type { OssRequest } from './oss-request.ts'
import type { OssFakeRequest } from './record.ts'
import type { OssFailure, OssScript } from './script.ts'
import type { Wire } from './wire.ts'

type Settings = {
  credentials: Credentials
  bucket: Bucket
  mostBytes: number
  script: OssScript
  now: () => Date
  changed: () => void
}

/** Answers one request; undefined when there is nothing to be said. @throws OssError when it is refused */
export type AnswerRequest = (request: OssRequest, record: OssFakeRequest, wire: Wire) => Promise<Answer | undefined>

export function createAnswer({ credentials, bucket, mostBytes, script, now, changed }: Settings): AnswerRequest {
  let count = 0

  return async (request, record, wire) => {
    const operation = operationOf(request)
    Object.assign(record, { key: request.key, operation })
    record.signing = authorize(request, credentials, now())
    changed()
    const about = { operation, key: request.key, index: count++ }
    const failure: OssFailure = typeof script === 'function' ? script(about) : script
    if (failure.silent) return undefined
    if (failure.cut === 'before') return wire.cut(0)
    const readBody = () => wire.readBody(mostBytes)
    if (failure.error) {
      await readBody()
      const { status, code, message = `The script says ${code}.` } = failure.error
      throw new OssError(status, code, message)
    }
    const answer = await operations[operation]({ request, bucket, readBody })
    if (failure.cut === 'after') return wire.cut(0)
    return failure.cutAfterBytes === undefined ? answer : wire.cut(failure.cutAfterBytes, answer)
  }
}
