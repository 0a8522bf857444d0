import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'
import { texts } from './terminal.ts'

export type StartArguments = { fresh: boolean; docker: boolean; help: boolean }

const options = {
  fresh: { type: 'boolean', default: false },
  docker: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** @throws Refusal for an argument that `npm start` does not know */
export function readStartArguments(args: string[]): StartArguments {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    throw new Refusal(texts.unknownArgument(reason))
  }
}
