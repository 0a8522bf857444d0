import { expect, test } from 'vitest'
import { readConfig, readMigrationConfig } from './config.ts'

const least = {
  DATABASE_URL: 'postgresql://localhost/parley',
  INTERNAL_TOKEN_SECRET: 's'.repeat(32),
  OBJECT_STORE_URL_SECRET: 'o'.repeat(32),
}

test('without a model the offline responder answers', () => {
  expect(readConfig(least)).toMatchObject({
    llmProviders: ['offline'],
    internalPort: 8184,
    llmRetries: 2,
    messagesInPrompt: 20,
  })
})

test('an address or a key chooses the endpoint', () => {
  expect(readConfig({ ...least, LLM_BASE_URL: 'http://localhost:11434/v1', LLM_MODEL: 'm' }).llmProviders).toEqual([
    'openai',
  ])
  const config = readConfig({ ...least, LLM_API_KEY: 'key-1', LLM_MODEL: 'm' })
  expect(config.llmProviders).toEqual(['openai'])
  expect(JSON.stringify(config)).not.toContain('key-1')
})

test.each<[environment: Record<string, string>, providers: string[]]>([
  [{ KIMI_API_KEY: 'k' }, ['kimi']],
  [{ DEEPSEEK_API_KEY: 'k', KIMI_API_KEY: 'k' }, ['kimi', 'deepseek']],
  [{ DEEPSEEK_API_KEY: 'k', LLM_API_KEY: 'k', LLM_MODEL: 'm' }, ['openai', 'deepseek']],
])('a bare vendor key selects that vendor: %j', (environment, providers) => {
  expect(readConfig({ ...least, ...environment }).llmProviders).toEqual(providers)
})

test('KIMI_API_KEY and KIMI_BASE_URL mean what they meant', () => {
  const { kimi } = readConfig({ ...least, KIMI_API_KEY: 'k' }).endpoints
  expect(kimi).toMatchObject({ baseUrl: 'https://api.moonshot.cn/v1' })
  expect(kimi?.apiKey?.reveal()).toBe('k')
  const own = readConfig({ ...least, KIMI_API_KEY: 'k', KIMI_BASE_URL: 'http://localhost:1/v1' })
  expect(own.endpoints.kimi?.baseUrl).toBe('http://localhost:1/v1')
})

test.each<[environment: Record<string, string>, vision: object | undefined]>([
  [{ KIMI_API_KEY: 'k' }, undefined],
  [
    { KIMI_API_KEY: 'k', VISION_MODEL: 'v' },
    { provider: 'kimi', model: 'v' },
  ],
  [
    { LLM_API_KEY: 'k', LLM_MODEL: 'm', VISION_PROVIDER: 'kimi', VISION_MODEL: 'v' },
    { provider: 'kimi', model: 'v' },
  ],
])('what sees with %j', (environment, vision) => {
  expect(readConfig({ ...least, ...environment }).vision).toEqual(vision)
})

test('the order of providers can be given', () => {
  expect(
    readConfig({ ...least, LLM_PROVIDERS: 'openai, offline', LLM_API_KEY: 'k', LLM_MODEL: 'm' }).llmProviders,
  ).toEqual(['openai', 'offline'])
})

test.each<[what: string, environment: Record<string, string>, named: RegExp]>([
  ['no database', { DATABASE_URL: '' }, /DATABASE_URL is not set/],
  ['no such provider', { LLM_PROVIDERS: 'chatty' }, /LLM_PROVIDERS has "chatty"/],
  [
    'a provider without its settings',
    { LLM_PROVIDERS: 'openai' },
    /LLM_BASE_URL or LLM_API_KEY is not set[^]*LLM_MODEL is not set/,
  ],
  ['a key without a model', { LLM_API_KEY: 'k' }, /LLM_MODEL is not set/],
  [
    'a vendor without its key',
    { LLM_PROVIDERS: 'kimi,deepseek' },
    /KIMI_API_KEY is not set[^]*DEEPSEEK_API_KEY is not set/,
  ],
  [
    'a wrong value beside a missing one',
    { LLM_PROVIDERS: 'openai', LLM_RETRIES: 'often' },
    /LLM_RETRIES is "often"[^]*LLM_MODEL is not set/,
  ],
  [
    'an address that is none',
    { LLM_BASE_URL: 'ftp://x', LLM_MODEL: 'm' },
    /LLM_BASE_URL is "ftp:\/\/x": an http\(s\) URL/,
  ],
  ['a model that sees without a vendor', { VISION_MODEL: 'v' }, /VISION_PROVIDER is not set/],
  ['a vendor that sees without a model', { VISION_PROVIDER: 'kimi' }, /VISION_MODEL is not set/],
  ['a time zone that is none', { TIME_ZONE: 'Mars/Base' }, /TIME_ZONE is "Mars\/Base": a time zone such as/],
])('%s is named', (_, environment, named) => {
  expect(() => readConfig({ ...least, ...environment })).toThrow(named)
})

test('a migration needs no model', () => {
  expect(readMigrationConfig({ ...least, LLM_PROVIDERS: 'openai' })).toMatchObject({ migrate: 'on-start' })
})

test('more vendors are listed as JSON, and come after those that have a name of their own', () => {
  const list = [{ name: 'qwen', baseUrl: 'https://example.com/v1', apiKey: 'key-2', model: 'q', models: ['q-max'] }]
  const config = readConfig({ ...least, OLLAMA_MODEL: 'llama', LLM_ENDPOINTS: JSON.stringify(list) })
  expect(config.llmProviders).toEqual(['ollama', 'qwen'])
  expect(config.endpoints['ollama']).toMatchObject({ baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama' })
  expect(config.endpoints['qwen']).toMatchObject({ model: 'q', models: ['q-max'] })
  expect(config.endpoints['qwen']?.apiKey?.reveal()).toBe('key-2')
  expect(JSON.stringify(config)).not.toContain('key-2')
})

test.each<[environment: Record<string, string>, problem: RegExp]>([
  [{ LLM_ENDPOINTS: '{' }, /LLM_ENDPOINTS is set but not usable/],
  [{ LLM_ENDPOINTS: '[{"name":"kimi","baseUrl":"https://x.y","model":"m"}]' }, /0\.name: this name is taken/],
  [{ LLM_ENDPOINTS: '[{"name":"qwen","baseUrl":"x","model":"m"}]' }, /0\.baseUrl: an http\(s\) URL/],
  [{ LLM_PROVIDERS: 'qwen' }, /LLM_PROVIDERS has "qwen", which is none of openai, kimi, deepseek, ollama/],
  [{ LLM_PROVIDERS: 'ollama' }, /OLLAMA_MODEL is not set/],
  [{ KIMI_API_KEY: 'k', SUMMARY_PROVIDER: 'kimi' }, /SUMMARY_MODEL is not set/],
  [{ SUMMARY_MODEL: 'm' }, /SUMMARY_PROVIDER is not set/],
  [{ KIMI_API_KEY: 'k', SUMMARY_MODEL: 'm', SUMMARY_PROVIDER: 'qwen' }, /SUMMARY_PROVIDER is "qwen"/],
])('says what is wrong with %j', (environment, problem) => {
  expect(() => readConfig({ ...least, ...environment })).toThrow(problem)
})
