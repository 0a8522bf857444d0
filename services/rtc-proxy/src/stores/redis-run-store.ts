import { Problem } from '@parley/contracts'
import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import { z } from 'zod'
import type { RunCounts, RunStore } from '../domain/ports.ts'
import type { KeptRun } from '../domain/run.ts'

/** The runs by when they are due. */
const dueKey = 'rtc:runs'
const toRunKey = (taskId: string) => `rtc:run:${taskId}`
/** Which run somebody has going on. */
const toGoingKey = (userId: string) => `rtc:running:${userId}`

/** KEYS run, going, due. ARGV task, run, deadline, seconds to keep, most. Gives the person's run before, or false when full. */
const beginScript = `
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[5]) and not redis.call('ZSCORE', KEYS[3], ARGV[1]) then return false end
local before = redis.call('GET', KEYS[2]) or ''
redis.call('HSET', KEYS[1], 'run', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
return before`

/** KEYS run, due. ARGV task, counted, deadline. */
const keepScript = `
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return end
redis.call('HINCRBY', KEYS[1], ARGV[2], 1)
if redis.call('HEXISTS', KEYS[1], 'closed') == 0 then redis.call('ZADD', KEYS[2], 'XX', ARGV[3], ARGV[1]) end`

/** KEYS run, due. ARGV task, deadline. */
const closeScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('HSET', KEYS[1], 'closed', '1')
redis.call('ZADD', KEYS[2], 'XX', ARGV[2], ARGV[1])`

/** KEYS run, going, due. ARGV task, seconds for last words. */
const endScript = `
redis.call('ZREM', KEYS[3], ARGV[1])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HSETNX', KEYS[1], 'ended', '1') == 0 then return false end
redis.call('HSET', KEYS[1], 'closed', '1')
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('HMGET', KEYS[1], 'questions', 'messages')`

/** KEYS due. ARGV now, until when they are claimed, most. */
const claimScript = `
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, task in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], task) end
return due`

const optionalText = z.string().optional()
const StoredRun = z.object({
  taskId: z.string(),
  roomId: z.string(),
  sceneId: z.string(),
  appId: z.string(),
  version: z.string(),
  userId: z.string(),
  ownerId: optionalText,
  agentId: optionalText,
  key: z.string().min(1),
  answered: z.boolean(),
  told: z.boolean(),
  startedAtMs: z.number(),
})

export type RedisRunSettings = {
  /** How long the longest run may be known. */
  ttlS: number
  /** How long the last words of a run may come after its end. */
  lastWordsS: number
}

/** Runs in Redis: `rtc:run:{taskId}`, `rtc:running:{userId}` and `rtc:runs`, changed by scripts that nobody gets between. */
export function createRedisRunStore(redis: RedisStore['redis'], { ttlS, lastWordsS }: RedisRunSettings): RunStore {
  const run = (script: string, keys: string[], ...values: (string | number)[]) =>
    redis.eval(script, keys.length, ...keys, ...values).catch(rethrowRedisError)

  async function find(taskId: string): Promise<KeptRun | undefined> {
    const [text, closed] = await redis.hmget(toRunKey(taskId), 'run', 'closed').catch(rethrowRedisError)
    const found = readRun(text)
    return found && { ...found, closed: closed !== null }
  }

  return {
    begin: async (begun, { deadlineMs, most }) => {
      const { taskId, userId } = begun
      const keys = [toRunKey(taskId), toGoingKey(userId), dueKey]
      const before = await run(beginScript, keys, taskId, JSON.stringify(begun), deadlineMs, ttlS, most)
      if (before === null) throw new Problem('overloaded', 'Too many voice chats go on at the moment; try again later')
      return (before as string) || undefined
    },
    find,
    ofPerson: async (userId) => {
      const taskId = await redis.get(toGoingKey(userId)).catch(rethrowRedisError)
      return taskId === null ? undefined : find(taskId)
    },
    keep: async (taskId, counted, deadlineMs) => {
      await run(keepScript, [toRunKey(taskId), dueKey], taskId, counted, deadlineMs)
    },
    close: async (taskId, deadlineMs) => {
      await run(closeScript, [toRunKey(taskId), dueKey], taskId, deadlineMs)
    },
    end: async ({ taskId, userId }) => {
      const counts = await run(endScript, [toRunKey(taskId), toGoingKey(userId), dueKey], taskId, lastWordsS)
      return counts === null ? undefined : readCounts(counts as (string | null)[])
    },
    claimDue: async (nowMs, { claimMs, most }) => {
      const due = (await run(claimScript, [dueKey], nowMs, nowMs + claimMs, most)) as string[]
      const found = await Promise.all(due.map(async (taskId) => (await find(taskId)) ?? forget(taskId)))
      return found.filter((kept) => kept !== undefined)
    },
  }

  /** One whose record has gone cannot be stopped by anybody. */
  async function forget(taskId: string): Promise<undefined> {
    await redis.zrem(dueKey, taskId).catch(rethrowRedisError)
    return undefined
  }
}

function readRun(text: string | null | undefined) {
  if (!text) return undefined
  const { success, data } = StoredRun.safeParse(JSON.parse(text))
  return success ? { ...data, ownerId: data.ownerId, agentId: data.agentId } : undefined
}

function readCounts([questions, messages]: (string | null)[]): RunCounts {
  return { questions: Number(questions ?? 0), messages: Number(messages ?? 0) }
}
