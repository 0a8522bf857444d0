import { randomUUID } from 'node:crypto'
import express, { type RequestHandler } from 'express'
import { Redis } from 'ioredis'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { connectBare } from './connect-bare.ts'
import { bareSubject } from './contracts.ts'

/**
 * The same read as one writes it by hand for one route: who it is by `jose`, how often by `ioredis`, the answer by `nats`.
 * Usage: `bare-handler.ts PORT NATS_URL REDIS_URL KEYS`
 */
const [port = '', servers = '', redisUrl = '', keys = ''] = process.argv.slice(2)
const connection = await connectBare(servers)
const redis = new Redis(redisUrl)
const keyFor = createLocalJWKSet(JSON.parse(keys) as JSONWebKeySet)
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]
const [quota, windowS] = [9_999_999, 60]
const rules = { issuer: 'parley', audience: 'parley-api', algorithms: ['EdDSA'], typ: 'at+jwt' }

/** What was verified within half a minute, as the gateway remembers it, too. */
const remembered = new Map<string, { userId: string; until: number }>()

async function verify(token: string): Promise<string> {
  return String((await jwtVerify(token, keyFor, rules)).payload.sub)
}

async function recall(token: string): Promise<string> {
  const known = remembered.get(token)
  if (known && known.until > Date.now()) return known.userId
  const userId = await verify(token)
  remembered.set(token, { userId, until: Date.now() + 30_000 })
  return userId
}

function read(whose: (token: string) => Promise<string>): RequestHandler {
  return async (request, response) => {
    const requestId = request.get('x-request-id') ?? randomUUID()
    response.setHeader('X-Request-Id', requestId)
    let userId: string
    try {
      userId = await whose(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')
    } catch {
      return void response.status(401).json({ code: 'unauthorized' })
    }
    const key = `bench:${userId}`
    const counted = await redis.multi().incr(key).expire(key, windowS, 'NX').exec()
    const count = Number(counted?.[0]?.[1])
    response.setHeader('RateLimit', `"general";r=${quota - count};t=${windowS}`)
    if (count > quota) return void response.status(429).json({ code: 'rate-limited' })
    try {
      const asked = encoder.encode(JSON.stringify({ requestId, userId }))
      const answer = await connection.request(bareSubject, asked, { timeout: 3_000 })
      response.json(JSON.parse(decoder.decode(answer.data)))
    } catch {
      response.status(503).json({ code: 'unavailable' })
    }
  }
}

const app = express()
app.get('/verified', read(verify))
app.get('/remembered', read(recall))
const server = app.listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
await new Promise<void>((resolve) => process.once('disconnect', resolve))
server.close()
server.closeAllConnections()
redis.disconnect()
await connection.close()
