import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

const needed = {
  DATABASE_URL: 'postgresql://127.0.0.1/parley',
  INTERNAL_TOKEN_SECRET: 'i'.repeat(32),
  ENCRYPTION_KEY: 'e'.repeat(32),
}
const read = (more: Record<string, string>) => readConfig({ ...needed, ...more })
const sms = {
  ALIYUN_SMS_ACCESS_KEY_ID: 'id',
  ALIYUN_SMS_ACCESS_KEY_SECRET: 'secret',
  ALIYUN_SMS_SIGN_NAME: 'Parley',
  ALIYUN_SMS_TEMPLATE_CODE: 'SMS_1',
}

test('nothing of the ways in is needed until it is used', () => {
  expect(read({})).toMatchObject({ smsProvider: undefined, mailProvider: undefined, oidc: [], smsCountries: ['86'] })
})

test('the names of older deployments for SMS and encryption are ours', () => {
  const config = read({ ...sms, ENCRYPTION_KEY: 'k'.repeat(32) })
  expect(config.aliyunSmsAccessKeyId?.reveal()).toBe('id')
  expect(config.aliyunSmsAccessKeySecret?.reveal()).toBe('secret')
  expect(config).toMatchObject({ aliyunSmsSignName: 'Parley', aliyunSmsTemplateCode: 'SMS_1' })
  expect(config.encryptionKey.reveal()).toBe('k'.repeat(32))
})

describe('what belongs together is asked for by name', () => {
  test.each<[Record<string, string>, RegExp]>([
    [
      { ALIYUN_SMS_ACCESS_KEY_ID: 'id' },
      /ALIYUN_SMS_ACCESS_KEY_SECRET is not set, and ALIYUN_SMS_ACCESS_KEY_ID needs it/,
    ],
    [{ SMS_PROVIDER: 'aliyun' }, /ALIYUN_SMS_ACCESS_KEY_ID is not set, and SMS_PROVIDER=aliyun needs it/],
    [{ MAIL_PROVIDER: 'smtp' }, /SMTP_URL is not set/],
    [{ SMTP_URL: 'smtp://mail' }, /MAIL_FROM is not set, and SMTP_URL needs it/],
    [{ SMTP_URL: 'http://mail', MAIL_FROM: 'a@b.c' }, /SMTP_URL is set but not usable/],
    [{ CAPTCHA_VERIFY_URL: 'https://c.test/v' }, /CAPTCHA_SECRET is not set/],
    [{ WECHAT_MINI_APP_ID: 'wx1' }, /WECHAT_MINI_APP_SECRET is not set/],
    [{ APPLE_TEAM_ID: 'T' }, /APPLE_KEY_ID is not set/],
    [{ ENCRYPTION_KEY: '' }, /ENCRYPTION_KEY is not set/],
    [{ ENCRYPTION_KEY: 'short' }, /ENCRYPTION_KEY is set but not usable: at least 32 characters/],
    [{ ENCRYPTION_OLD_KEYS: `${'o'.repeat(32)},short` }, /ENCRYPTION_OLD_KEYS is set but not usable/],
    [{ OIDC_PROVIDERS: 'corp' }, /OIDC_CORP_ISSUER is not set/],
    [{ OIDC_PROVIDERS: 'apple' }, /OIDC_PROVIDERS is "apple"/],
    [{ SEND_LIMIT_CLIENT: 'often' }, /messages\/seconds, such as 10\/3600/],
  ])('%j', (environment, expected) => {
    expect(() => read(environment)).toThrow(expected)
  })
})

test('each provider has its variables', () => {
  const { oidc } = read({
    OIDC_PROVIDERS: 'corp, the-partner',
    OIDC_CORP_ISSUER: 'https://corp.test',
    OIDC_CORP_CLIENT_ID: 'one',
    OIDC_CORP_REDIRECT_URIS: 'https://app.test/in',
    OIDC_THE_PARTNER_ISSUER: 'https://partner.test',
    OIDC_THE_PARTNER_CLIENT_ID: 'two',
    OIDC_THE_PARTNER_CLIENT_SECRET: 'secret',
    OIDC_THE_PARTNER_REDIRECT_URIS: 'com.example.app:/in,https://app.test/in',
    OIDC_THE_PARTNER_TRUST_EMAIL: 'yes',
  })
  expect(oidc).toMatchObject([
    { name: 'corp', issuer: 'https://corp.test', clientId: 'one', trustEmail: false, scopes: ['openid', 'email'] },
    {
      name: 'the-partner',
      clientId: 'two',
      redirectUris: ['com.example.app:/in', 'https://app.test/in'],
      trustEmail: true,
    },
  ])
})
