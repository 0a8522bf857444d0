import { aliyun } from './aliyun/provider.ts'
import { funasr } from './funasr/provider.ts'
import { huoshan } from './huoshan/provider.ts'
import { local } from './local/provider.ts'
import { openai } from './openai/provider.ts'
import type { Provider } from './provider.ts'
import { sherpa } from './sherpa/provider.ts'
import { tencent } from './tencent/provider.ts'

/** Every provider there is. Where none is chosen, those with a key are, in this order, else the last. */
export const providers: readonly Provider[] = [huoshan, aliyun, tencent, openai, funasr, sherpa, local]

/** @throws Error for a name that is none of theirs; the configuration has checked it */
export function providerNamed(name: string): Provider {
  const found = providers.find((one) => one.name === name)
  if (!found) throw new Error(`There is no provider ${name}`)
  return found
}
