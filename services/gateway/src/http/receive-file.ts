import { Problem } from '@parley/contracts'
import type { Request } from 'express'
import { readUploadForm } from './upload-form.ts'

export type ReceivedFile = { file: Buffer; fields: Record<string, string> }

/**
 * The field `file` of a form, in memory, with the fields beside it.
 * @throws Problem `bad-request` for a form without a file, `too-large`
 */
export async function receiveFile(request: Request, mostBytes: number): Promise<ReceivedFile> {
  const form = readUploadForm(request, mostBytes)
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedFile>()
  const fields: Record<string, string> = {}
  const pieces: Buffer[] = []
  let found = false
  let size = 0

  form.on('field', (name, value) => (fields[name] = value))
  form.on('file', (name, file) => {
    if (name !== 'file' || found) return void file.resume()
    found = true
    file.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > mostBytes) reject(new Problem('too-large', `The file is larger than ${mostBytes} bytes`))
      else pieces.push(piece)
    })
  })
  form.on('error', (cause) => reject(new Problem('bad-request', 'The form cannot be read', { cause })))
  form.on('close', () =>
    found
      ? resolve({ file: Buffer.concat(pieces), fields })
      : reject(new Problem('bad-request', 'The form has no field "file"')),
  )
  request.on('aborted', () => reject(new Problem('bad-request', 'The upload broke off')))
  request.pipe(form)
  try {
    return await promise
  } finally {
    request.unpipe(form)
    request.resume()
  }
}
