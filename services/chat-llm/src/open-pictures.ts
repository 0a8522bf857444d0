import type { ObjectStore } from '@parley/object-store'
import type { Logger } from '@parley/service-kit'
import type { Config } from './config.ts'
import type { Painter } from './domain/pictures/ports.ts'
import { createPictures, type PicturePorts, type Pictures } from './domain/pictures/pictures.ts'
import type { PluginPictures } from './extensions/plugin.ts'
import { createAliyunVi } from './providers/aliyun-vi/aliyun-vi.ts'
import { createComfyUiPainter } from './providers/drawing/comfyui-painter.ts'
import { createOpenAiPainter } from './providers/drawing/openai-painter.ts'
import { createObjectPictures } from './stores/object-pictures.ts'

const analyseMs = 10_000

/** What looks at pictures and draws them, as far as it is set up. */
export function openPictures(
  { aliyunVi, openAiPainter, comfyUi, imageTimeoutMs: timeoutMs, imageModeration: moderate }: Config,
  { objects, paid, log }: { objects: ObjectStore; paid: PicturePorts['paid']; log: Logger },
): Pictures & { forPlugins: PluginPictures } {
  const painters: Painter[] = []
  if (openAiPainter) {
    const { apiKey, ...endpoint } = openAiPainter
    painters.push(createOpenAiPainter({ ...endpoint, apiKey: apiKey?.reveal(), timeoutMs }))
  }
  if (comfyUi) painters.push(createComfyUiPainter({ ...comfyUi, timeoutMs }))
  const store = createObjectPictures(objects)
  const pictures = createPictures(
    {
      reader: aliyunVi && createAliyunVi({ ...aliyunVi, timeoutMs: analyseMs }),
      painters,
      store,
      failed: (painter, error) => log.warn({ painter, error }, 'nothing was drawn'),
      paid,
    },
    { moderate },
  )
  const { reads, draws, draw, analyse } = pictures
  const forPlugins: PluginPictures = {
    reads,
    draws,
    draw: async (ownerId, input, signal) => {
      const { pictures: drawn } = await draw(ownerId, input, signal)
      return store.link(drawn[0]?.key ?? '')
    },
    read: (owner, key, aspect, signal) => analyse(key, aspect, { owner, signal }),
  }
  return { ...pictures, forPlugins }
}
