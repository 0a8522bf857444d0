import { readFileSync } from 'node:fs'
import { flag, secret, variable, wholeNumber, type ConfigOf, type ReadSoFar, type Secret } from '@parley/service-kit'
import { z } from 'zod'

const url = z.url({ protocol: /^https?$/, error: 'an http(s) URL' })

/** The settings of what looks at pictures and draws them. */
export const pictureVariables = {
  aliyunViAccessKeyId: secret('ALIYUN_VI_ACCESS_KEY_ID', { optional: true }),
  aliyunViAccessKeySecret: secret('ALIYUN_VI_ACCESS_KEY_SECRET', { optional: true }),
  aliyunViEndpoint: variable('ALIYUN_VI_ENDPOINT', z.string().min(1).optional()),
  aliyunViRegion: variable('ALIYUN_VI_REGION', z.string().min(1).default('cn-shanghai')),
  imageBaseUrl: variable('IMAGE_BASE_URL', url.optional()),
  imageApiKey: secret('IMAGE_API_KEY', { optional: true }),
  imageModel: variable('IMAGE_MODEL', z.string().min(1).max(128).optional()),
  comfyUiUrl: variable('COMFYUI_URL', url.optional()),
  comfyUiWorkflow: variable('COMFYUI_WORKFLOW', z.string().min(1).optional()),
  imageTimeoutMs: variable('IMAGE_TIMEOUT_MS', wholeNumber(1_000, 290_000).default(110_000)),
  imageModeration: variable('IMAGE_MODERATION', flag().default(false)),
}

type Read = ReadSoFar<typeof pictureVariables>

export type PictureConfig = {
  aliyunVi: { accessKeyId: Secret; accessKeySecret: Secret; endpoint: string | undefined; region: string } | undefined
  /** In the order in which they are asked. */
  openAiPainter: { baseUrl: string; apiKey: Secret | undefined; model: string } | undefined
  comfyUi: { baseUrl: string; workflow: Record<string, unknown> } | undefined
  imageTimeoutMs: number
  imageModeration: boolean
}

const Workflow = z.record(z.string(), z.looseObject({ class_type: z.string() }))

/** The address and key of images, where they are not their own, are those of the provider `openai`. */
export function toPictureConfig(
  config: ConfigOf<typeof pictureVariables> & { llmBaseUrl: string | undefined; llmApiKey: Secret | undefined },
): PictureConfig {
  const { aliyunViAccessKeyId: accessKeyId, aliyunViAccessKeySecret: accessKeySecret, imageModel: model } = config
  const { aliyunViEndpoint: endpoint, aliyunViRegion: region, imageTimeoutMs, imageModeration } = config
  const own = { baseUrl: config.imageBaseUrl, apiKey: config.imageApiKey }
  const { baseUrl, apiKey } = own.baseUrl || own.apiKey ? own : { baseUrl: config.llmBaseUrl, apiKey: config.llmApiKey }
  return {
    aliyunVi: accessKeyId && accessKeySecret && { accessKeyId, accessKeySecret, endpoint, region },
    openAiPainter: model === undefined ? undefined : { baseUrl: baseUrl ?? 'https://api.openai.com/v1', apiKey, model },
    comfyUi: config.comfyUiUrl
      ? { baseUrl: config.comfyUiUrl, workflow: readWorkflow(config.comfyUiWorkflow) }
      : undefined,
    imageTimeoutMs,
    imageModeration,
  }
}

export function pictureProblems(config: Read): string[] {
  const problems: string[] = []
  if (Boolean(config.aliyunViAccessKeyId) !== Boolean(config.aliyunViAccessKeySecret))
    problems.push('ALIYUN_VI_ACCESS_KEY_ID and ALIYUN_VI_ACCESS_KEY_SECRET need each other')
  if ((config.imageBaseUrl ?? config.imageApiKey) && !config.imageModel)
    problems.push('IMAGE_MODEL is not set, and IMAGE_BASE_URL and IMAGE_API_KEY need it')
  if (config.imageModeration && !config.aliyunViAccessKeyId)
    problems.push('IMAGE_MODERATION is on, and ALIYUN_VI_ACCESS_KEY_ID is not set: nobody looks at what is drawn')
  if (Boolean(config.comfyUiUrl) !== Boolean(config.comfyUiWorkflow))
    problems.push('COMFYUI_URL and COMFYUI_WORKFLOW need each other')
  else if (config.comfyUiWorkflow) problems.push(...workflowProblems(config.comfyUiWorkflow))
  return problems
}

function workflowProblems(path: string): string[] {
  try {
    readWorkflow(path)
    return []
  } catch {
    return [`COMFYUI_WORKFLOW is "${path}": expected a file with a workflow in ComfyUI's API format`]
  }
}

function readWorkflow(path: string | undefined): Record<string, unknown> {
  return Workflow.parse(JSON.parse(readFileSync(path ?? '', 'utf8')))
}
