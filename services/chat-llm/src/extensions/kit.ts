import { flag, list, secret, variable, wholeNumber } from '@parley/service-kit'
import { z } from 'zod'
import { defineHook } from './hook.ts'
import { definePlugin } from './plugin.ts'

/** What a file outside of this service is written with: it cannot import anything of it. */
export const kit = { z, definePlugin, defineHook, variable, secret, list, flag, wholeNumber }
