import {
  list,
  port,
  readConfig,
  redisVariables,
  secret,
  serviceVariables,
  variable,
  wholeNumber,
  type ConfigOf,
  type Secret,
} from '@parley/service-kit'
import { z } from 'zod'

/** Every setting of this service. */
export const variables = {
  ...serviceVariables(8185),
  ...redisVariables(),
  volcengineAccessKey: secret('VOLCENGINE_ACCESS_KEY', { optional: true }),
  volcengineSecretKey: secret('VOLCENGINE_SECRET_KEY', { optional: true }),
  volcengineAppId: secret('VOLCENGINE_APP_ID', { optional: true }),
  volcengineAppKey: secret('VOLCENGINE_APP_KEY', { optional: true }),
  /** What the vendor's console signs its events with. */
  volcengineEventSecret: secret('VOLCENGINE_EVENT_SECRET', { optional: true }),
  publicPort: variable('RTC_PROXY_PORT', port().default(8105)),
  /** Where the RTC cloud reaches this service's port; without it, agents have no model, states or subtitles of ours. */
  rtcCallbackUrl: variable(
    'RTC_CALLBACK_URL',
    z
      .url({ protocol: /^https?$/, error: 'an http(s) URL without a path' })
      .refine((url) => !/[?#]/.test(url), 'an http(s) URL without a query')
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
  ),
  /** Whether the gateway may ask for people without an account, whom it tells by their address. */
  rtcDemo: variable('RTC_DEMO', z.enum(['off', 'open']).default('off')),
  /** The scene that devices talk in; the first one without it. */
  rtcDeviceScene: variable('RTC_DEVICE_SCENE', z.string().optional()),
  /** Whether a voice chat is paid for with credits while it lasts, which the service billing keeps. */
  credits: variable('CREDITS', z.enum(['off', 'on']).default('off')),
  rtcMaxCalls: variable('RTC_MAX_CALLS', wholeNumber(1, 1_000_000).default(1_000)),
  rtcCallMaxS: variable('RTC_CALL_MAX_S', wholeNumber(1, 86_400).default(3_600)),
  rtcCallIdleS: variable('RTC_CALL_IDLE_S', wholeNumber(1, 86_400).default(300)),
  rtcSweepEveryS: variable('RTC_SWEEP_EVERY_S', wholeNumber(1, 3_600).default(10)),
  rtcScenesDir: variable('RTC_SCENES_DIR', z.string().optional()),
  rtcSceneVariables: variable(
    'RTC_SCENE_VARIABLES',
    list()
      .pipe(z.array(z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'names of variables, with commas')))
      .default([]),
  ),
  rtcOpenapiUrl: variable(
    'RTC_OPENAPI_URL',
    z.url({ protocol: /^https?$/, error: 'an http(s) URL' }).default('https://rtc.volcengineapi.com'),
  ),
  rtcOpenapiVersion: variable(
    'RTC_OPENAPI_VERSION',
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, 'a date such as 2024-12-01')
      .default('2024-12-01'),
  ),
  rtcOpenapiTimeoutMs: variable('RTC_OPENAPI_TIMEOUT_MS', wholeNumber(100, 10_000).default(4_000)),
  rtcTokenTtlS: variable('RTC_TOKEN_TTL_S', wholeNumber(60, 86_400).default(7_200)),
}

/** `sceneVariables` are the names that a scene file may refer to; one that is not set is undefined. */
export type Config = ConfigOf<typeof variables> & { sceneVariables: Record<string, Secret | undefined> }

/**
 * Reads the configuration of rtc-proxy. What `RTC_SCENE_VARIABLES` names must be set, in the environment or as a file.
 * @throws ConfigError naming every wrong value
 */
export function readRtcProxyConfig(environment: NodeJS.ProcessEnv): Config {
  const config = readConfig(variables, environment, { service: 'rtc-proxy' })
  const named = config.rtcSceneVariables.map((name) => [name, secret(name)])
  return {
    ...config,
    sceneVariables: {
      ...readConfig(Object.fromEntries(named) as Record<string, ReturnType<typeof secret>>, environment),
      VOLCENGINE_ACCESS_KEY: config.volcengineAccessKey,
      VOLCENGINE_SECRET_KEY: config.volcengineSecretKey,
      VOLCENGINE_APP_ID: config.volcengineAppId,
      VOLCENGINE_APP_KEY: config.volcengineAppKey,
      VOLCENGINE_EVENT_SECRET: config.volcengineEventSecret,
    },
  }
}
