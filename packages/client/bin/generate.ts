import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describeRoutes } from '@parley/gateway/openapi'
import { routeTable } from '@parley/gateway/routes'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

/** Where the types of the public API are. */
export const pathsFile = fileURLToPath(new URL('../src/paths.ts', import.meta.url))

const head =
  '// Made of the gateway’s OpenAPI document by `pnpm --filter @parley/client run generate`. Change that instead.\n\n'

/** The types of the public API, from the same table that serves it. Nothing of it is served here. */
export async function generatePaths(): Promise<string> {
  const nobody = () => Promise.reject(new Error('not served'))
  const routes = routeTable({
    verify: () => undefined,
    accessKeys: nobody,
    health: { read: nobody, ready: nobody },
    rtcDemo: 'off',
    answers: { begin: () => '', follow: () => (async function* () {})(), stop: nobody },
  })
  const document = describeRoutes(routes, { version: '0' }) as unknown as OpenAPI3
  return head + astToString(await openapiTS(document))
}

/** What is there already. */
export function readPaths(): Promise<string> {
  return readFile(pathsFile, 'utf8')
}

if (import.meta.main) await writeFile(pathsFile, await generatePaths())
