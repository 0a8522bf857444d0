import { escapeXml } from './xml.ts'

/** A refusal as OSS answers it. `details` are further elements of the error's XML. */
export class OssError extends Error {
  override readonly name = 'OssError'
  readonly status: number
  readonly code: string
  readonly details: Record<string, string>

  constructor(status: number, code: string, message: string, details: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }

  toXml(requestId: string, hostId: string): string {
    const fields = { Code: this.code, Message: this.message, RequestId: requestId, HostId: hostId, ...this.details }
    const elements = Object.entries(fields).map(([name, value]) => `  <${name}>${escapeXml(value)}</${name}>\n`)
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n${elements.join('')}</Error>\n`
  }
}

export function accessDenied(message: string): OssError {
  return new OssError(403, 'AccessDenied', message)
}

export function noSuchKey(key: string): OssError {
  return new OssError(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })
}

export function notImplemented(what: string): OssError {
  return new OssError(501, 'NotImplemented', `This server does not know ${what}.`)
}
