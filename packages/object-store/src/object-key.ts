import { v7 as newId } from 'uuid'
import type { Retention } from './object-store.ts'

const key =
  /^(?:permanent|temporary)\/\d{8}\/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}(?:\.[\da-z]{1,10})?$/
const extension = /\.[\da-z]{1,10}$/i

/** A key that nobody had before. Of the caller's name only the extension is in it. */
export function createObjectKey({ retention, name }: { retention: Retention; name: string }, now: Date): string {
  return `${retention}/${dayFolder(now)}/${newId()}${extension.exec(name)?.[0].toLowerCase() ?? ''}`
}

/** Whether a text has the shape of our own keys: then it is safe in a path and in a URL as it is. */
export function isObjectKey(text: string): boolean {
  return key.test(text)
}

/** `20261121`, in UTC. */
export function dayFolder(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '')
}

/** Whether a name is that of a day's folder. */
export function isDay(folder: string): boolean {
  return /^\d{8}$/.test(folder)
}

/** Says of the name of a day's folder whether that day is more than `olderThanDays` days ago; false for other names. */
export function createAgeTest({
  olderThanDays,
  now = new Date(),
}: {
  olderThanDays: number
  now?: Date
}): (folder: string) => boolean {
  const limit = dayFolder(new Date(now.getTime() - Math.max(1, olderThanDays) * 86_400_000))
  return (folder) => isDay(folder) && folder < limit
}
