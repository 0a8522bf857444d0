import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { busPageUrl, renderBusPage } from '../docs/bus-page.ts'
import { registry } from '../src/index.ts'

await writeFile(busPageUrl, renderBusPage(registry))
console.log(`wrote ${fileURLToPath(busPageUrl)}`)
