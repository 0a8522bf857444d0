import { ApiError } from './api-error.ts'

export type Part = { name: string; filename: string | undefined; contentType: string | undefined; body: Buffer }

const blankLine = Buffer.from('\r\n\r\n')
const lineBreak = Buffer.from('\r\n')

/** Reads a whole multipart/form-data body. @throws ApiError 400 when it is not one. */
export function readMultipart(body: Buffer, contentType: string | undefined): Part[] {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '')
  const name = boundary?.[1] ?? boundary?.[2]
  if (!name)
    throw new ApiError(
      400,
      `Invalid Content-Type: expected multipart/form-data with a boundary, got ${contentType ?? 'none'}.`,
    )
  const delimiter = Buffer.from(`\r\n--${name}`)
  const first = delimiter.subarray(lineBreak.length)
  if (!body.subarray(0, first.length).equals(first)) throw malformed()

  const parts: Part[] = []
  for (let at = first.length; ;) {
    const mark = body.toString('latin1', at, at + 2)
    if (mark === '--') return parts
    const headEnd = body.indexOf(blankLine, at)
    const end = headEnd === -1 ? -1 : body.indexOf(delimiter, headEnd + lineBreak.length)
    if (mark !== '\r\n' || end === -1) throw malformed()
    parts.push(readPart(body.toString('utf8', at + 2, headEnd), body.subarray(headEnd + blankLine.length, end)))
    at = end + delimiter.length
  }
}

function readPart(head: string, body: Buffer): Part {
  const name = /^content-disposition:\s*form-data;.*?\bname="([^"]*)"/im.exec(head)?.[1]
  if (name === undefined) throw malformed()
  const filename = /^content-disposition:.*?\bfilename="([^"]*)"/im.exec(head)?.[1]
  return { name, filename, contentType: /^content-type:\s*(\S+)/im.exec(head)?.[1], body }
}

function malformed() {
  return new ApiError(400, 'There was an error parsing the body')
}
