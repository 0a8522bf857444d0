import type { Bus } from '@parley/bus'
import type { Logger } from '@parley/service-kit'
import type { Registry } from 'prom-client'
import type { Config } from './config.ts'
import { createHooks } from './domain/hooks/turn-hooks.ts'
import { createToolPicker } from './domain/intent/pick-tool.ts'
import type { LanguageModel } from './domain/language-model.ts'
import type { AgentStore, Clock } from './domain/ports.ts'
import type { ReplyPorts } from './domain/reply.ts'
import { createDeviceToolSource } from './domain/tools/device-tools.ts'
import type { ToolSource } from './domain/tools/tool.ts'
import { createToolbox } from './domain/tools/toolbox.ts'
import { openExtensions } from './extensions/open-extensions.ts'
import { createPluginServices } from './extensions/plugin-services.ts'
import { createCommands } from './providers/offline/commands.ts'
import { createDeviceTools } from './subjects/device-tools.ts'
import { createToolObserver } from './tool-observer.ts'

const maxCallsPerRound = 8

export type ToolSurroundings = {
  bus: Bus
  agents: AgentStore
  /** What tool servers outside have. */
  outside: readonly ToolSource[]
  /** What only says which tool is meant, if anything does. */
  intent: LanguageModel | undefined
  clock: Clock
  metrics: Registry
  log: Logger
}

/** Opens what a turn can do beside talking: tools of devices and plugins, hooks, commands. */
export async function openTools(
  config: Config,
  { bus, agents, outside, intent: model, clock, metrics, log }: ToolSurroundings,
): Promise<Pick<ReplyPorts, 'toolbox' | 'hooks' | 'pickTool' | 'commands'>> {
  const observer = createToolObserver(log, metrics)
  const { plugins, hooks } = await openExtensions(config, createPluginServices(config, { bus, agents }), log)
  const sources = [createDeviceToolSource(createDeviceTools(bus)), plugins, ...outside]
  const onFailure = (error: unknown) => log.warn({ error }, 'the model that picks tools failed')
  return {
    toolbox: createToolbox({ sources, clock, observer }, { ...config, maxCallsPerRound }),
    hooks: createHooks(hooks, { clock, observer }),
    pickTool: model && createToolPicker({ model, clock, onFailure }),
    commands: createCommands({ timeZone: config.timeZone, now: clock.date }),
  }
}
