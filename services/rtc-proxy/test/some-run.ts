import type { Run } from '../src/domain/run.ts'

/** A run like any other, for tests of what is done with it. */
export const someRun: Run = {
  taskId: 'task_1',
  roomId: 'room_1',
  sceneId: 'shop',
  appId: '661e0000000000000000543c',
  version: '2024-12-01',
  userId: 'ada',
  ownerId: undefined,
  agentId: undefined,
  key: 'k'.repeat(43),
  answered: true,
  told: true,
  startedAtMs: 0,
}
