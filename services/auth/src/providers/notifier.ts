import type { Logger } from '@parley/service-kit'
import type { Contact, Notifier } from '../domain/ports.ts'
import type { WaysInConfig } from '../ways-in-config.ts'
import { createAliyunSms } from './aliyun/sms-sender.ts'
import { createConsoleNotifier } from './console/console-notifier.ts'
import { createSmtpMailer } from './smtp/smtp-mailer.ts'

type Sender = Pick<Notifier, 'send'> & Partial<Disposable>

/** How people are reached, as configured: the vendor whose keys are there, the log, or not at all. */
export function createNotifier(config: WaysInConfig, log: Logger): Notifier & Disposable {
  const senders: Record<Contact['kind'], Sender | undefined> = {
    phone: smsSender(config, log),
    email: mailer(config, log),
  }
  return {
    reaches: (kind) => senders[kind] !== undefined,
    send: async (to, notice) => senders[to.kind]?.send(to, notice),
    [Symbol.dispose]: () => {
      for (const sender of Object.values(senders)) sender?.[Symbol.dispose]?.()
    },
  }
}

function smsSender(config: WaysInConfig, log: Logger): Sender | undefined {
  const { smsProvider, aliyunSmsAccessKeyId, aliyunSmsAccessKeySecret, aliyunSmsSignName, aliyunSmsTemplateCode } =
    config
  if (smsProvider === 'console') return createConsoleNotifier(log)
  if (smsProvider === 'none' || !aliyunSmsAccessKeyId || !aliyunSmsAccessKeySecret) return undefined
  return createAliyunSms({
    accessKeyId: aliyunSmsAccessKeyId,
    accessKeySecret: aliyunSmsAccessKeySecret,
    signName: aliyunSmsSignName ?? '',
    templateCode: aliyunSmsTemplateCode ?? '',
    endpoint: config.aliyunSmsEndpoint,
    timeoutMs: config.providerTimeoutMs,
  })
}

function mailer({ mailProvider, smtpUrl, mailFrom, providerTimeoutMs }: WaysInConfig, log: Logger): Sender | undefined {
  if (mailProvider === 'console') return createConsoleNotifier(log)
  if (mailProvider === 'none' || !smtpUrl) return undefined
  return createSmtpMailer({ url: smtpUrl, from: mailFrom ?? '', timeoutMs: providerTimeoutMs })
}
