import { answerMemory } from '../device-hub/memory.ts'

/** device-hub as it is, in a process that can be asked for its memory. */
answerMemory()
await import('../../services/device-hub/src/main.ts')
