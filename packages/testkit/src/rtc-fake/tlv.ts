/** A message of a room: four letters, the length of the JSON (big-endian), the JSON. */
export function writeTlv(magic: string, value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value))
  const head = Buffer.alloc(8)
  head.write(magic, 'latin1')
  head.writeUInt32BE(json.length, 4)
  return Buffer.concat([head, json])
}
