import { Problem } from '@parley/contracts'
import sharp, { type Sharp } from 'sharp'

/** What a phone's camera makes, and no more: a small file can unfold into gigabytes. */
const mostPixels = 25_000_000
const longestS = 10
/** More than this at once only make each other late, and take the memory of all. */
const mostAtOnce = 2
const mostWaiting = 32
/** Whoever sent it has given up by then. */
const longestWaitMs = 20_000

// Every image is another one: nothing of it is worth keeping.
sharp.cache(false)
sharp.concurrency(1)

const encode: Record<string, (image: Sharp) => Sharp> = {
  'image/png': (image) => image.png(),
  'image/jpeg': (image) => image.jpeg({ quality: 88, mozjpeg: false }),
  'image/webp': (image) => image.webp({ quality: 88 }),
  'image/gif': (image) => image.gif(),
}

let running = 0
const waiting: (() => void)[] = []

/**
 * The same picture made anew: the right way up, without where and when and by whom it was taken, and without anything that hid in
 * its file. Of a moving one all pictures.
 * @throws Problem `bad-request` for what is no such image, `too-large` for one of more than 25 million pixels, `overloaded`
 */
export async function cleanImage(bytes: Uint8Array, contentType: string): Promise<Buffer> {
  await enter()
  try {
    const image = sharp(bytes, { limitInputPixels: mostPixels, animated: true, failOn: 'error' })
    const upright = contentType === 'image/gif' ? image : image.autoOrient()
    const encoder = encode[contentType]
    if (!encoder) throw new Problem('bad-request', 'The file is not a PNG, JPEG, GIF or WebP image')
    return await encoder(upright).timeout({ seconds: longestS }).toBuffer()
  } catch (error) {
    throw toProblem(error)
  } finally {
    running--
    waiting.shift()?.()
  }
}

/** @throws Problem `overloaded` when too many wait, or one's turn does not come in time */
async function enter(): Promise<void> {
  if (running >= mostAtOnce) {
    if (waiting.length >= mostWaiting) throw tooMany()
    await new Promise<void>((resolve, reject) => {
      const take = () => {
        clearTimeout(late)
        resolve()
      }
      const late = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1)
        reject(tooMany())
      }, longestWaitMs)
      waiting.push(take)
    })
  }
  running++
}

function tooMany(): Problem {
  return new Problem('overloaded', 'Too many images come at once; try again', { retryAfterS: 5 })
}

function toProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  const { message } = cause as Error
  if (/pixel limit/i.test(message))
    return new Problem('too-large', `An image may have ${mostPixels / 1_000_000} million pixels at most`, { cause })
  if (/timeout/i.test(message)) return new Problem('too-large', 'This image takes too long to read', { cause })
  return new Problem('bad-request', 'The image is damaged', { cause })
}
