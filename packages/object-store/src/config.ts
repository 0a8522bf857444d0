import { ConfigError, secret, variable, wholeNumber, type ConfigOf } from '@parley/service-kit'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import type { DiskStoreSettings } from './disk/disk-store.ts'
import type { OssStoreSettings } from './oss/oss-store.ts'

const leastSecretLength = 32
const oneHttps = z.string().transform((text) => (/^https?:\/\//.test(text) ? text : `https://${text}`))
const address = () => oneHttps.pipe(z.url({ protocol: /^https?$/, error: 'expected a host name or an http(s) URL' }))
const folder = z
  .string()
  .transform((text) => text.replace(/^\/+|\/+$/g, ''))
  .pipe(z.string().regex(/^[\w-]+(?:\/[\w-]+)*$/, 'expected folders of letters, digits, _ and -'))

const region = z
  .string()
  .regex(/^[a-z]+(?:-[\da-z]+)+$/)
  .transform((text) => text.replace(/^oss-/, ''))

/** The variables of a service that stores objects; `toObjectStoreConfig` makes sense of them. */
export const objectStoreVariables = () => ({
  objectStore: variable('OBJECT_STORE', z.enum(['disk', 'oss']).optional()),
  objectStoreTimeoutMs: variable('OBJECT_STORE_TIMEOUT_MS', wholeNumber(100, 120_000).default(15_000)),
  objectStoreDir: variable('OBJECT_STORE_DIR', z.string().optional()),
  objectStoreDataDir: variable('PARLEY_DATA_DIR', z.string().optional()),
  objectStoreUrlSecret: secret('OBJECT_STORE_URL_SECRET', { optional: true }),
  objectStorePublicUrl: variable(
    'OBJECT_STORE_PUBLIC_URL',
    z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080'),
  ),
  ossAccessKeyId: variable('ALIYUN_OSS_ACCESS_KEY_ID', z.string().optional()),
  ossAccessKeySecret: secret('ALIYUN_OSS_ACCESS_KEY_SECRET', { optional: true }),
  ossBucket: variable(
    'ALIYUN_OSS_BUCKET',
    z
      .string()
      .regex(/^[\da-z][\da-z-]{1,61}[\da-z]$/)
      .optional(),
  ),
  ossEndpoint: variable('ALIYUN_OSS_ENDPOINT', address().optional()),
  ossRegion: variable('ALIYUN_OSS_REGION', region.optional()),
  ossHost: variable('ALIYUN_OSS_HOST', address().optional()),
  ossBaseDir: variable('ALIYUN_OSS_AUDIO_BASE_DIR', folder.default('parley')),
})

export type ObjectStoreValues = ConfigOf<ReturnType<typeof objectStoreVariables>>

/** The store that was chosen, with all that it needs. */
export type ObjectStoreConfig = ({ provider: 'disk' } & DiskStoreSettings) | ({ provider: 'oss' } & OssStoreSettings)

/**
 * Chooses the store: `OBJECT_STORE`, else `oss` where a bucket is named, else `disk`.
 * @throws ConfigError naming everything that the chosen one lacks
 */
export function toObjectStoreConfig(values: ObjectStoreValues): ObjectStoreConfig {
  const provider = values.objectStore ?? (values.ossBucket ? 'oss' : 'disk')
  const problems = provider === 'oss' ? problemsOfOss(values) : problemsOfDisk(values)
  if (problems.length > 0) throw new ConfigError(problems)
  return provider === 'oss' ? toOss(values as Complete) : toDisk(values as Complete)
}

/** What the checks have made sure of. */
type Complete = Required<ObjectStoreValues> & { [Key in keyof ObjectStoreValues]: NonNullable<ObjectStoreValues[Key]> }

function problemsOfDisk({ objectStoreUrlSecret: secret }: ObjectStoreValues): string[] {
  if (!secret) return ['OBJECT_STORE_URL_SECRET is not set, and the object store disk needs it']
  if (secret.reveal().length >= leastSecretLength) return []
  return [`OBJECT_STORE_URL_SECRET is set but not usable: ${leastSecretLength} characters at least`]
}

function problemsOfOss(values: ObjectStoreValues): string[] {
  const needed = {
    ALIYUN_OSS_ACCESS_KEY_ID: values.ossAccessKeyId,
    ALIYUN_OSS_ACCESS_KEY_SECRET: values.ossAccessKeySecret,
    ALIYUN_OSS_BUCKET: values.ossBucket,
    ALIYUN_OSS_ENDPOINT: values.ossEndpoint,
  }
  const missing = Object.entries(needed).filter(([, value]) => value === undefined)
  const problems = missing.map(([name]) => `${name} is not set, and the object store oss needs it`)
  const publicHost = values.ossHost ?? values.ossEndpoint
  if (publicHost && isIP(new URL(publicHost).hostname) !== 0) {
    problems.push(
      'ALIYUN_OSS_HOST has to be a host name, when ALIYUN_OSS_ENDPOINT is an address: URLs are signed for it',
    )
  }
  return problems
}

function toDisk(values: Complete): ObjectStoreConfig {
  const { objectStoreDir, objectStoreDataDir, objectStoreUrlSecret, objectStorePublicUrl, objectStoreTimeoutMs } =
    values
  return {
    provider: 'disk',
    dir: objectStoreDir ?? join(objectStoreDataDir ?? 'data', 'objects'),
    urlSecret: objectStoreUrlSecret,
    publicUrl: objectStorePublicUrl,
    timeoutMs: objectStoreTimeoutMs,
  }
}

function toOss(values: Complete): ObjectStoreConfig {
  return {
    provider: 'oss',
    accessKeyId: values.ossAccessKeyId,
    accessKeySecret: values.ossAccessKeySecret,
    bucket: values.ossBucket,
    endpoint: values.ossEndpoint,
    region: values.ossRegion ?? regionOf(values.ossEndpoint),
    publicHost: values.ossHost,
    baseDir: values.ossBaseDir,
    timeoutMs: values.objectStoreTimeoutMs,
  }
}

/** `https://oss-cn-hangzhou-internal.aliyuncs.com` → `cn-hangzhou`; the accelerated ones do not say. */
function regionOf(endpoint: string): string | undefined {
  return /^oss-(?!accelerate)(.+?)(?:-internal)?\.aliyuncs\.com$/.exec(new URL(endpoint).hostname)?.[1]
}
