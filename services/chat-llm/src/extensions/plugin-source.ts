import { Problem } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import { z } from 'zod'
import type { Tool, ToolSource, ToolTurn } from '../domain/tools/tool.ts'
import type { FoundPlugin, OpenPlugin } from './plugin.ts'

export type ReadyPlugin = { plugin: FoundPlugin; opened: OpenPlugin }

/** The plugins as tools: each with the parameters of the agent that is asked. */
export function createPluginSource(plugins: readonly ReadyPlugin[], log: Logger): ToolSource {
  const inputs = createInputs()
  return { name: 'plugins', toolsFor: (turn) => plugins.flatMap((ready) => toTool(ready, turn, { inputs, log })) }
}

const mostKept = 500

type Input = { read: z.ZodObject; schema: Record<string, unknown> }

/** What a plugin takes, by what the agent's owner has set; written once, as JSON Schema takes longer to write than a tool to find. */
function createInputs() {
  const made = new Map<string, Input>()
  return (plugin: FoundPlugin, parameters: unknown): Input => {
    const key = `${plugin.name} ${JSON.stringify(parameters)}`
    const known = made.get(key)
    if (known) return known
    const oldest = made.keys().next()
    if (made.size >= mostKept && !oldest.done) made.delete(oldest.value)
    const read = plugin.inputFor(parameters)
    const { $schema: _, ...schema } = z.toJSONSchema(read, { io: 'input' }) as Record<string, unknown>
    made.set(key, { read, schema })
    return { read, schema }
  }
}

function toTool(
  { plugin, opened }: ReadyPlugin,
  turn: ToolTurn,
  { inputs, log }: { inputs: ReturnType<typeof createInputs>; log: Logger },
): Tool[] {
  const { name, description, outside, timeoutMs } = plugin
  const read = plugin.parameters.safeParse(turn.agent.tools.parameters?.[name] ?? {})
  if (!read.success) {
    log.info(
      { plugin: name, agentId: turn.agent.agentId },
      'an agent does not have a plugin: its parameters do not fit',
    )
    return []
  }
  const parameters = read.data
  if (!opened.offered({ turn, parameters })) return []
  const input = inputs(plugin, parameters)
  return [
    {
      name,
      description,
      inputSchema: input.schema,
      origin: 'plugin',
      trusted: !outside,
      timeoutMs,
      run: async (args, { turn: asking, signal }) => {
        const ending = { endsConversation: false }
        const endConversation = () => void (ending.endsConversation = true)
        const given = readInput(input.read, args)
        const gave = await opened.run(given, { turn: asking, parameters, signal, endConversation })
        const text = typeof gave === 'string' ? gave : JSON.stringify(gave ?? 'done')
        return { text, failed: false, ...ending }
      },
    },
  ]
}

function readInput(input: z.ZodObject, args: Record<string, unknown>): unknown {
  const read = input.safeParse(args)
  if (read.success) return read.data
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the input'}: ${message}`)
  throw new Problem('bad-request', `The arguments do not fit. ${wrong.join('; ')}`)
}
