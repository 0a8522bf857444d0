import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Problem } from '@parley/contracts'
import busboy from 'busboy'

export type ReceiveFormSettings<Taken> = {
  /** One byte more of the file is read at most: whoever takes it says that it is too large. */
  maxBytes: number
  /** Takes the file in the field `file` as it comes in. What it leaves unread is thrown away. */
  take: (file: Readable) => Promise<Taken>
}

/** Nobody's form has more. */
const limits = { files: 1, fields: 16, fieldSize: 4_096 }

/**
 * Reads a form (multipart/form-data) with one file in the field `file`; the other fields may come before it and after it.
 * @throws Problem `bad-request` for what is no such form; what `take` throws
 */
export async function receiveForm<Taken>(
  request: IncomingMessage,
  { maxBytes, take }: ReceiveFormSettings<Taken>,
): Promise<{ file: Taken; fields: Record<string, string> }> {
  const form = openForm(request, maxBytes)
  const fields: Record<string, string> = {}
  let taking: Promise<Taken> | undefined
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>()

  form.on('field', (name, value) => (fields[name] = value))
  form.on('file', (name, file) => {
    // A form that breaks off is told by the form.
    file.on('error', () => undefined)
    if (name !== 'file' || taking) return void file.resume()
    taking = take(file)
    taking.catch((error: unknown) => {
      file.resume()
      reject(error)
    })
  })
  form.on('error', (cause) => reject(new Problem('bad-request', 'The form cannot be read', { cause })))
  form.on('close', resolve)
  request.on('aborted', () => reject(new Problem('bad-request', 'The upload broke off')))
  request.pipe(form)
  try {
    await closed
    if (!taking) throw new Problem('bad-request', 'The form has no field "file"')
    return { file: await taking, fields }
  } finally {
    request.unpipe(form)
    // What is left of a refused upload is read and forgotten, so that the client gets to read why.
    request.resume()
  }
}

function openForm({ headers }: IncomingMessage, maxBytes: number) {
  try {
    return busboy({ headers, limits: { ...limits, fileSize: maxBytes + 1 } })
  } catch (cause) {
    throw new Problem('bad-request', 'An upload is a form (multipart/form-data)', { cause })
  }
}
