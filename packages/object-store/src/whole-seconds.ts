/** A moment as HTTP has it in `Last-Modified`. */
export function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1_000) * 1_000)
}
