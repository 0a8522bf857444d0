import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** The test file of the European Institute for Computer Antivirus Research: every scanner finds it, and it is harmless. */
export const eicar = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'

export type ClamdFake = AsyncDisposable & {
  /** `clamd://127.0.0.1:port` */
  readonly url: string
  /** Each file that was sent to its end, oldest first. */
  readonly files: readonly Buffer[]
  /** What broke the protocol: a test has none of it. */
  readonly wrong: readonly string[]
  /** Says nothing from now on. */
  silence: () => void
}

const command = Buffer.from('zINSTREAM\0')

/**
 * A clamd on loopback that knows one virus. It takes one `INSTREAM` a connection, as clamd(8) has it: pieces with their length before
 * them, a zero at the end, the verdict ended by a null, and the connection closed.
 * @param mostBytes `StreamMaxLength` of clamd.conf
 */
export async function startClamdFake({ mostBytes = 25 * 1024 * 1024 } = {}): Promise<ClamdFake> {
  const files: Buffer[] = []
  const wrong: string[] = []
  const sockets = new Set<Socket>()
  let silent = false

  function serve(socket: Socket) {
    let rest = Buffer.alloc(0)
    let begun = false
    const file: Buffer[] = []
    let length = 0
    let answered = false
    const answer = (text: string) => {
      answered = true
      if (!silent) socket.end(`${text}\0`)
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    socket.on('data', (data) => {
      // What is still on its way is read and forgotten: a reset would overtake the verdict.
      if (answered) return
      rest = Buffer.concat([rest, data])
      if (!begun) {
        if (rest.length < command.length) return
        if (!rest.subarray(0, command.length).equals(command)) {
          wrong.push(`command ${JSON.stringify(rest.toString('latin1'))}`)
          return answer('UNKNOWN COMMAND')
        }
        begun = true
        rest = rest.subarray(command.length)
      }
      while (rest.length >= 4) {
        const size = rest.readUInt32BE(0)
        if (size === 0) {
          if (rest.length > 4) wrong.push('something after the end')
          const whole = Buffer.concat(file)
          files.push(whole)
          return answer(whole.includes(eicar) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK')
        }
        if (rest.length < 4 + size) return
        length += size
        if (length > mostBytes) return answer('INSTREAM size limit exceeded. ERROR')
        file.push(rest.subarray(4, 4 + size))
        rest = rest.subarray(4 + size)
      }
    })
  }

  const server = createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `clamd://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    wrong,
    silence: () => {
      silent = true
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
