import { Problem } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { fileTypeFromBuffer } from 'file-type'
import { imageSize } from 'image-size'

export const mostPictureBytes = 5 * 1024 * 1024
/** A camera of a device has two million; a picture of more costs a model more than it shows. */
const mostPixels = 24_000_000
const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
}

/**
 * Keeps what a device saw for a few days, under the type that its bytes have; gives its key.
 * @throws Problem `too-large`, `bad-request` for what is no picture
 */
export async function keepPicture(store: ObjectStore, deviceId: string, bytes: Uint8Array): Promise<string> {
  if (bytes.length > mostPictureBytes)
    throw new Problem('too-large', `The picture is larger than ${mostPictureBytes / 1024 / 1024} MB`)
  const contentType = (await fileTypeFromBuffer(bytes))?.mime ?? ''
  const extension = extensions[contentType]
  if (extension === undefined) throw new Problem('bad-request', 'The file is not a picture')
  if (pixelsOf(bytes) > mostPixels) throw new Problem('too-large', 'The picture has too many pixels')
  const about = { retention: 'temporary' as const, name: `picture.${extension}`, contentType }
  return (await store.put({ ...about, body: bytes, metadata: { device: deviceId } })).key
}

/** @throws Problem `bad-request` for a picture that does not say how large it is */
function pixelsOf(bytes: Uint8Array): number {
  try {
    const { width, height } = imageSize(bytes)
    return width * height
  } catch (cause) {
    throw new Problem('bad-request', 'The file is not a whole picture', { cause })
  }
}
