import { root } from './toolchain/project.mjs'
import { generateClients } from './toolchain/prisma-clients.mjs'

await generateClients(root)
