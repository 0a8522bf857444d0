import { Agent, request } from 'node:http'

export type Question = { id: string; tokens: number; tokenMs: number; stream: boolean }
export type Answered = { text: string; chunks: number; firstTextMs: number; totalMs: number }

const agent = new Agent({ keepAlive: true, maxSockets: 4_096 })

/**
 * Asks for a chat completion and reads the whole answer; times are from the request on.
 * @throws Error for any status but 200, and for a stream without its end
 */
export function ask(baseUrl: string, token: string, { stream, ...asked }: Question): Promise<Answered> {
  const body = JSON.stringify({ model: 'bench', stream, messages: [{ role: 'user', content: JSON.stringify(asked) }] })
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request(`${baseUrl}/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      const reader = stream ? readEvents(startedAt) : undefined
      let whole = ''
      response.setEncoding('utf8')
      response.on('data', (data: string) => {
        if (reader) reader.push(data)
        else whole += data
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}: ${whole.slice(0, 300)}`))
        const totalMs = performance.now() - startedAt
        if (!reader) {
          const { choices } = JSON.parse(whole) as { choices: { message: { content: string } }[] }
          return resolve({ text: choices[0]?.message.content ?? '', chunks: 1, firstTextMs: totalMs, totalMs })
        }
        if (!reader.ended) return reject(new Error('The stream has no end'))
        resolve({ text: reader.text, chunks: reader.chunks, firstTextMs: reader.firstTextMs, totalMs })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function readEvents(startedAt: number) {
  let rest = ''
  const read = {
    text: '',
    chunks: 0,
    firstTextMs: Number.NaN,
    ended: false,
    push: (data: string) => {
      const events = (rest + data).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const line = event.replace(/^data: /, '')
        if (line === '[DONE]') {
          read.ended = true
          continue
        }
        const { choices } = JSON.parse(line) as { choices: { delta: { content?: string } }[] }
        const content = choices[0]?.delta.content
        if (!content) continue
        if (read.chunks === 0) read.firstTextMs = performance.now() - startedAt
        read.chunks++
        read.text += content
      }
    },
  }
  return read
}

export function textOf({ id, tokens }: Pick<Question, 'id' | 'tokens'>): string {
  return Array.from({ length: tokens }, (_, index) => `${id}:${index} `).join('')
}
