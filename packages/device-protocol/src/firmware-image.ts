/** What an ESP application image says of itself in its first bytes (ESP-IDF: `esp_image_header_t`, `esp_app_desc_t`). */
export type FirmwareImage = {
  version: string
  project: string
  /** As devices name it in their reports: `esp32s3`; `unknown` for one that is newer than this list. */
  chip: string
}

/** So many bytes have to be there. */
export const firmwareHeadBytes = 288

const imageMagic = 0xe9
const chipAt = 12
/** Behind the image header (24 bytes) and that of the first segment (8). */
const descriptionAt = 32
const descriptionMagic = 0xabcd5432
const versionAt = descriptionAt + 16
const projectAt = versionAt + 32
const textBytes = 32

const chips: Record<number, string> = {
  0x0000: 'esp32',
  0x0002: 'esp32s2',
  0x0005: 'esp32c3',
  0x0009: 'esp32s3',
  0x000c: 'esp32c2',
  0x000d: 'esp32c6',
  0x0010: 'esp32h2',
  0x0012: 'esp32p4',
  0x0017: 'esp32c5',
}

/** Undefined for what is no application image. */
export function readFirmwareImage(head: Uint8Array): FirmwareImage | undefined {
  if (head.length < firmwareHeadBytes || head[0] !== imageMagic) return undefined
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (view.getUint32(descriptionAt, true) !== descriptionMagic) return undefined
  return {
    version: readText(head, versionAt),
    project: readText(head, projectAt),
    chip: chips[view.getUint16(chipAt, true)] ?? 'unknown',
  }
}

function readText(bytes: Uint8Array, at: number): string {
  const field = bytes.subarray(at, at + textBytes)
  const end = field.indexOf(0)
  return Buffer.from(field.subarray(0, end < 0 ? textBytes : end)).toString('latin1')
}

const comparable = /^\d+(\.\d+)*$/

/** Whether firmware can compare it: one segment that does not begin with a digit, and the device crashes. */
export function isComparableVersion(version: string): boolean {
  return comparable.test(version) && version.length <= 31
}

/**
 * Below zero when the first is older, above when it is newer, as firmware sees it: segment by segment the digits that it begins
 * with; of two that are equal so far the longer one is newer.
 */
export function compareVersions(one: string, other: string): number {
  const [mine, theirs] = [one.split('.'), other.split('.')]
  for (let index = 0; index < Math.min(mine.length, theirs.length); index++) {
    const difference = (Number.parseInt(mine[index] ?? '', 10) || 0) - (Number.parseInt(theirs[index] ?? '', 10) || 0)
    if (difference !== 0) return difference
  }
  return mine.length - theirs.length
}
