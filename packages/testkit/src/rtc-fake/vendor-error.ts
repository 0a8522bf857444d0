/** The gateway's codes with their HTTP status and number, as far as the vendor publishes them. */
const gatewayCodes: Record<string, { status: number; number?: number } | undefined> = {
  MissingParameter: { status: 400, number: 100_002 },
  InvalidParameter: { status: 400 },
  MissingRequestInfo: { status: 400, number: 100_004 },
  InvalidTimestamp: { status: 400, number: 100_006 },
  InvalidAuthorization: { status: 400 },
  InvalidCredential: { status: 400 },
  InvalidAccessKey: { status: 401, number: 100_009 },
  SignatureDoesNotMatch: { status: 401, number: 100_010 },
  InvalidSecretToken: { status: 401 },
  AccessDenied: { status: 403, number: 100_013 },
  ServiceNotFound: { status: 404, number: 100_007 },
  InvalidActionOrVersion: { status: 404, number: 100_008 },
  FlowLimitExceeded: { status: 429 },
  InternalError: { status: 500, number: 100_014 },
  InternalServiceError: { status: 502 },
  ServiceUnavailableTemp: { status: 503 },
  InternalServiceTimeout: { status: 504, number: 100_016 },
}

/** A refusal as the vendor answers it. A dotted code (`InvalidParameter.AccountIdMismatch`) is of its first part's kind. */
export class VendorError extends Error {
  override readonly name = 'VendorError'
  readonly code: string
  readonly status: number
  readonly body: { Code: string; CodeN?: number; Message: string }

  constructor(code: string, message: string) {
    super(message)
    const { status = 400, number } = gatewayCodes[code.split('.')[0] ?? ''] ?? {}
    this.code = code
    this.status = status
    this.body = { Code: code, ...(number !== undefined && { CodeN: number }), Message: message }
  }
}
