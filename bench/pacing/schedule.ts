/** How a frame's writing lies to its schedule, in milliseconds: above zero is late. */
export type Adherence = { offsetsMs: number[]; earlyBeyondLead: number }

/**
 * Compares when frames were written with when they were due: the first ones of a turn at once, as far as the lead goes, and each
 * other one frame later than the one before it. A pause longer than the lead begins anew, for there is nothing to catch up with.
 */
export function adhere(
  writtenMs: readonly number[],
  { frameMs, leadFrames }: { frameMs: number; leadFrames: number },
): Adherence {
  const result: Adherence = { offsetsMs: [], earlyBeyondLead: 0 }
  let startsAt: number | undefined
  let count = 0
  for (const at of writtenMs) {
    const leadMs = leadFrames * frameMs
    // What was played when this one came: the hub begins anew with it.
    if (startsAt === undefined || at > startsAt + count * frameMs + frameMs) [startsAt, count] = [at, 0]
    const dueAt = Math.max(startsAt, startsAt + count * frameMs - leadMs)
    result.offsetsMs.push(at - dueAt)
    if (at < dueAt - 1) result.earlyBeyondLead++
    count++
  }
  return result
}
