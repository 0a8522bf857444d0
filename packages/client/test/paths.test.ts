import { expect, test } from 'vitest'
import { generatePaths, readPaths } from '../bin/generate.ts'

test('the types are those of the API as it is: else `pnpm --filter @parley/client run generate`', async () => {
  expect((await readPaths()) === (await generatePaths())).toBe(true)
}, 30_000)
