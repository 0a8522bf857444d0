import { Problem } from '@parley/contracts'
import busboy from 'busboy'
import type { Request } from 'express'

/** A form with one file. @throws Problem `bad-request` for what is no form */
export function readUploadForm(request: Request, mostBytes: number) {
  try {
    return busboy({
      headers: request.headers,
      limits: { files: 1, fields: 16, fieldSize: 1_024, fileSize: mostBytes + 1 },
    })
  } catch (cause) {
    throw new Problem('bad-request', 'An upload is a form (multipart/form-data)', { cause })
  }
}
