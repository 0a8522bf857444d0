import { z } from 'zod'

/** What a device tells of itself at start, as far as Parley uses it. Nothing in it can be relied on. */
export type OtaReport = {
  macAddress?: string | undefined
  clientId?: string | undefined
  firmwareVersion?: string | undefined
  boardType?: string | undefined
  boardName?: string | undefined
  chipModel?: string | undefined
  /** How the flash is divided: `v2` has a partition for assets. Undefined when the device does not say. */
  layout?: 'v1' | 'v2' | undefined
}

const text = z.string().max(200).optional().catch(undefined)
const Body = z.object({
  mac_address: text,
  uuid: text,
  chip_model_name: text,
  application: z.object({ version: text }).optional().catch(undefined),
  board: z.object({ type: text, name: text, mac: text }).optional().catch(undefined),
  partition_table: z
    .array(z.object({ label: text }).catch({ label: undefined }))
    .optional()
    .catch(undefined),
})

/**
 * Reads a report. The firmware writes its body by hand, so that a quote in a Wi-Fi name breaks the JSON: then the few
 * fields that matter are picked out of the text.
 */
export function readOtaReport(body: string): OtaReport {
  const report = Body.safeParse(parseJson(body))
  if (!report.success) return pickFields(body)
  const { mac_address, uuid, chip_model_name, application, board, partition_table } = report.data
  return {
    macAddress: mac_address ?? board?.mac,
    clientId: uuid,
    firmwareVersion: application?.version,
    boardType: board?.type,
    boardName: board?.name,
    chipModel: chip_model_name,
    layout: toLayout(partition_table?.map(({ label }) => label)),
  }
}

function toLayout(labels: (string | undefined)[] | undefined): OtaReport['layout'] {
  if (!labels || labels.length === 0) return undefined
  return labels.includes('assets') ? 'v2' : 'v1'
}

function pickFields(body: string): OtaReport {
  const pick = (name: string) => new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(body)?.[1]
  const application = /"application"\s*:\s*\{([^}]{0,2000})\}/.exec(body)?.[1] ?? ''
  return {
    macAddress: pick('mac_address'),
    clientId: pick('uuid'),
    chipModel: pick('chip_model_name'),
    layout: body.includes('"partition_table"')
      ? toLayout(/"label"\s*:\s*"assets"/.test(body) ? ['assets'] : ['ota_0'])
      : undefined,
    firmwareVersion: /"version"\s*:\s*"([^"\\]{1,200})"/.exec(application)?.[1],
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

export type OtaAnswer = {
  server_time: { timestamp: number; timezone_offset: number }
  firmware: { version: string; url: string }
  websocket: { url: string; token: string; version: 1 }
  activation?: Activation
}

/**
 * What an unbound device shows and says: the code in digits, the message as text. Without a challenge firmware would notice
 * the binding only after 100 s instead of three.
 */
export type Activation = { code: string; message: string; challenge: string }

export type OtaAnswerInput = {
  nowMs: number
  timezoneOffsetMinutes: number
  /** What the device runs; firmware up to 1.4.7 fails when it is not told a version. */
  firmwareVersion: string | undefined
  /** A newer one that it shall install. */
  firmware?: { version: string; url: string } | undefined
  websocketUrl: string
  /** Empty when the device has no credential. */
  token: string
  /** For a device that nobody owns where that is required: it asks again until this is gone. */
  activation?: Activation | undefined
}

/** A version that firmware can compare: digits and dots, or it crashes on the first segment that starts otherwise. */
const comparableVersion = /^\d+(\.\d+)*/

/**
 * The answer to an OTA request. Every text and number below `websocket` is written to the device's flash under its
 * own name and stays there, so the fields are always sent, and no name is longer than the 15 characters flash allows.
 */
export function toOtaAnswer(input: OtaAnswerInput): OtaAnswer {
  return {
    server_time: { timestamp: input.nowMs, timezone_offset: input.timezoneOffsetMinutes },
    firmware: input.firmware ?? {
      version: comparableVersion.exec(input.firmwareVersion ?? '')?.[0] ?? '0.0.0',
      url: '',
    },
    websocket: { url: input.websocketUrl, token: input.token, version: 1 },
    ...(input.activation && { activation: input.activation }),
  }
}
