import type { Readable } from 'node:stream'
import { Problem } from '@parley/contracts'
import { receiveForm } from '@parley/object-store'
import type { Request } from 'express'

export type ReceivedFile = { file: Buffer; fields: Record<string, string> }

/**
 * The field `file` of a form, in memory, with the fields beside it.
 * @throws Problem `bad-request` for a form without a file, `too-large`
 */
export function receiveFile(request: Request, mostBytes: number): Promise<ReceivedFile> {
  return receiveForm(request, { maxBytes: mostBytes, take: (file) => readWhole(file, mostBytes) })
}

/** A file whose beginning says nothing of its end. @throws Problem `too-large` */
export async function readWhole(file: Readable, mostBytes: number): Promise<Buffer> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const chunk of file as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > mostBytes) throw new Problem('too-large', `The file is larger than ${mostBytes} bytes`)
    read.push(chunk)
  }
  return Buffer.concat(read)
}
