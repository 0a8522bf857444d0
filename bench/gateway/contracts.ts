import type { Agent } from '@parley/contracts'

/** The subject on which the bare side asks the same. */
export const bareSubject = 'bench.list-agents'

/** What is read: three agents, as their owner gets them, a kilobyte of JSON. */
export const agents: Agent[] = ['Ada', 'Grace', 'Hedy'].map((name) => ({
  agentId: '0197a7c5-0000-7000-8000-000000000000',
  name,
  prompt: `You are ${name}. You answer briefly and to the point.`,
  voice: {},
  sampling: {},
  manner: {},
  tools: {},
  memory: 'summary',
  intent: 'tools',
  isDefault: false,
  editable: true,
  updatedAt: '2026-11-01T00:00:00.000Z',
}))

/** A streamed answer: its beginning, then so many pieces in this rhythm, then its end. */
export const pieces = 40
export const everyMs = 250
