import type { Bus } from '@parley/bus'
import { pictures as contracts } from '@parley/contracts'
import type { Pictures } from '../domain/pictures/pictures.ts'

/** Serves what people ask about pictures, and for them. */
export function servePictures(bus: Bus, pictures: Pictures): void {
  bus.handle(contracts.analysePicture, ({ imageKey, aspect }, { signal }) =>
    pictures.analyse(imageKey, aspect, { signal }),
  )
  bus.handle(contracts.drawPicture, async function* (input, { identity, signal }) {
    yield await pictures.draw(identity.userId, input, signal)
  })
}
