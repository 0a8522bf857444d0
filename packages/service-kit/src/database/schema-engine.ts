import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'

/** The part of the language's WebAssembly that is used here; TypeScript declares it for browsers only. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

const engineModule = '@prisma/schema-engine-wasm/schema_engine_bg'
let loading: ReturnType<typeof loadEngine> | undefined

/**
 * Starts Prisma's schema engine in WebAssembly, the one behind `prisma migrate`, without downloading anything.
 *
 * @param datamodel the text of schema.prisma
 * @param adapters where the engine gets its connections; the caller closes them
 * @returns the engine; its `Symbol.dispose` frees its memory
 */
export async function createSchemaEngine(
  datamodel: string,
  adapters: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  loading ??= loadEngine()
  const { SchemaEngine } = await loading
  const factory = bindMigrationAwareSqlAdapterFactory(adapters)
  return SchemaEngine.new({ datamodels: [['schema.prisma', datamodel]] }, () => {}, factory)
}

async function loadEngine(): Promise<typeof import('@prisma/schema-engine-wasm/schema_engine_bg')> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const path = createRequire(import.meta.url).resolve(engineModule)
  const bytes = await readFile(path.replace(/\.js$/, '.wasm'))
  const imports = { './schema_engine_bg.js': { ...engine, ...unreferencedTimer(engine) } }
  const { instance } = await WebAssembly.instantiate(bytes, imports)
  engine.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  explainPanics()
  return engine
}

/** The engine never clears the timer of its deadline; this way it does not keep the process alive for 10 s. */
function unreferencedTimer(engine: object): object {
  const name = Object.keys(engine).find((key) => key.startsWith('__wbg_setTimeout_'))
  return name ? { [name]: (done: () => void, ms: number) => setTimeout(done, ms).unref() } : {}
}

/** A panic of the engine ends the process; this gives the reason, which the engine hands to a global of this name. */
function explainPanics(): void {
  const scope = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } }
  scope.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => {
      throw new Error(`Prisma's schema engine stopped: ${message}`)
    },
  }
}
