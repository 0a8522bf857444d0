import { appendFileSync } from 'node:fs'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createLamp, createLampServer } from './lamp.ts'

// A program that is a tool server: `node stdio-server.ts [file]`; what it was asked is written to the file.
const [, , file] = process.argv
const lamp = createLamp()
const { calls } = lamp
Object.assign(calls, {
  push: (...made: string[]) => {
    if (file) appendFileSync(file, `${made.join('\n')}\n`)
    return calls.length
  },
})
await createLampServer(lamp).connect(new StdioServerTransport())
