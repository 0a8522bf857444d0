import { WebSocketServer } from 'ws'
import { answerMemory } from '../device-hub/memory.ts'

/** What a WebSocket costs by itself: a server that takes connections and does nothing with what comes. */
answerMemory()
const port = Number(process.argv[2])
const server = new WebSocketServer({ port, perMessageDeflate: false, maxPayload: 64 * 1024 })
server.on('connection', (client) => client.on('message', () => undefined))
server.on('listening', () => process.send?.('listening'))
