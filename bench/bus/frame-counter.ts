/** Counts frames, and says when a wanted number has come. */
export type FrameCounter = { add: () => void; reached: (frames: number) => Promise<void> }

export function createFrameCounter(): FrameCounter {
  let count = 0
  let goal = Infinity
  let onGoal: (() => void) | undefined

  function look() {
    if (count < goal) return
    count -= goal
    goal = Infinity
    onGoal?.()
  }
  return {
    add: () => {
      count++
      look()
    },
    reached: (frames) =>
      new Promise((resolve) => {
        goal = frames
        onGoal = resolve
        look()
      }),
  }
}
