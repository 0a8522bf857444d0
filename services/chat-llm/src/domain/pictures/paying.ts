import type { Credits } from '../metering.ts'
import type { PicturePorts } from './pictures.ts'

/** One picture costs as much as so many tokens of output of the model that draws it. */
export const tokensOfPicture = 1_000

/** Has pictures paid for: held before they are drawn, settled when they are there, given back when they are not. */
export function createPaying({
  credits,
  newId,
  lifeS,
}: {
  credits: Credits
  newId: () => string
  lifeS: number
}): PicturePorts['paid'] {
  return async (userId, { model, count }, work) => {
    const used = { inputTokens: 0, outputTokens: count * tokensOfPicture }
    const holdId = newId()
    const hold = {
      holdId,
      payer: { userId },
      models: [model],
      most: used,
      lifeS,
      purpose: 'picture',
      reference: undefined,
    }
    await credits.reserve(hold)
    try {
      const result = await work()
      await credits.settle(holdId, { ...used, model }, { by: 'payer', partial: false })
      return result
    } catch (error) {
      // A hold that cannot be given back now runs out by itself.
      await credits.void(holdId).catch(() => undefined)
      throw error
    }
  }
}
