import { Problem } from '@parley/contracts'

type Waiting<Step, Outcome> = { step: Step; resolve: (outcome: Outcome) => void; reject: (error: unknown) => void }

export type BatchLimits = {
  /** How much is carried out together, and how many such batches at a time. */
  most: number
  atOnce: number
  /** How much may wait. */
  waiting: number
}

/**
 * Carries out together what many ask for at the same time: while one batch is being written, the next one gathers. A batch that
 * fails for good is carried out step by step, so that what is wrong with one step is no other's failure.
 * @throws Problem `overloaded` when too much waits
 */
export function createBatches<Step, Outcome>(
  work: (steps: Step[]) => Promise<Outcome[]>,
  { most, atOnce, waiting: bound }: BatchLimits,
): (step: Step) => Promise<Outcome> {
  const waiting: Waiting<Step, Outcome>[] = []
  let running = 0

  async function run(batch: Waiting<Step, Outcome>[]) {
    try {
      const outcomes = await work(batch.map(({ step }) => step))
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome)
    } catch (error) {
      const alone = batch.length > 1 && !(error instanceof Problem)
      if (alone) for (const one of batch) await run([one])
      else for (const { reject } of batch) reject(error)
    }
  }

  function next() {
    if (running >= atOnce || waiting.length === 0) return
    running++
    void run(waiting.splice(0, most)).finally(() => {
      running--
      next()
    })
  }

  return (step) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= bound) return reject(new Problem('overloaded', 'Too many ask for credits at the moment'))
      waiting.push({ step, resolve, reject })
      // What comes in this moment goes together.
      if (waiting.length === 1) setImmediate(next)
    })
}
