import { WebSocket } from 'ws'

/**
 * device-hub as it is, with a note of when each audio frame was written to its socket: `process.send` gives them, a list for each
 * socket, when it is asked.
 */
const written = new Map<WebSocket, number[]>()
const { send } = WebSocket.prototype as { send: (this: WebSocket, ...given: unknown[]) => void }
WebSocket.prototype.send = function (this: WebSocket, ...given: unknown[]) {
  if (given[0] instanceof Uint8Array) {
    const times = written.get(this)
    if (times) times.push(performance.now())
    else written.set(this, [performance.now()])
  }
  return Reflect.apply(send, this, given)
}
process.on('message', (question) => {
  if (question !== 'written') return
  process.send?.([...written.values()])
  written.clear()
})
await import('../../services/device-hub/src/main.ts')
