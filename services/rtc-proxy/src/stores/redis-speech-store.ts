import { rethrowRedisError, type RedisStore } from '@parley/service-kit'
import type { Speech, SpeechPlace, SpeechStore } from '../domain/ports.ts'

/** Longer than anybody speaks without a pause. */
const keptS = 900
/** Fields that are not the sequence of a piece. */
const [interruptedField, incrementalField] = ['interrupted', 'incremental']

/** What is being said, in Redis: `rtc:speech:{taskId}:{round}:{speaker}` has its pieces by their sequence. */
export function createRedisSpeechStore(redis: RedisStore['redis']): SpeechStore {
  async function change(place: SpeechPlace, fields: Record<string, string>): Promise<Speech> {
    const key = toKey(place)
    const results = await redis
      .multi()
      .hset(key, fields)
      .expire(key, keptS)
      .hgetall(key)
      .exec()
      .catch(rethrowRedisError)
    const [error, all] = results?.[2] ?? [new Error('no answer')]
    return error ? rethrowRedisError(error) : readSpeech(all as Record<string, string>)
  }

  return {
    add: (place, { sequence, text, incremental }) =>
      change(place, { [sequence]: text, ...(incremental && { [incrementalField]: '1' }) }),
    interrupt: (place) => change(place, { [interruptedField]: '1' }),
  }
}

const toKey = ({ taskId, round, speaker }: SpeechPlace) => `rtc:speech:${taskId}:${round}:${speaker}`

function readSpeech(fields: Record<string, string>): Speech {
  const sequences = Object.keys(fields).filter((name) => /^-?\d+$/.test(name))
  return {
    pieces: sequences.sort((one, other) => Number(one) - Number(other)).map((name) => fields[name] ?? ''),
    interrupted: interruptedField in fields,
    incremental: incrementalField in fields,
  }
}
