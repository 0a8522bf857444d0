import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Files that break the rules of the house, by where they would stand. */
const offenders: Record<string, string> = {
  'services/demo/src/domain/vendor.ts': "import express from 'express'\nexport const app = express()\n",
  'services/demo/src/domain/bus.ts': "import { connectBus } from '@parley/bus'\nexport const connect = connectBus\n",
  'services/demo/src/domain/store.ts': "import { store } from '../stores/store.ts'\nexport const mine = store\n",
  'services/demo/src/routes/store.ts': "import { store } from '../stores/store.ts'\nexport const mine = store\n",
  'services/demo/src/stores/route.ts': "import { route } from '../routes/route.ts'\nexport const mine = route\n",
  'services/demo/src/nats.ts': "import { connect } from 'nats'\nexport const mine = connect\n",
  'services/demo/src/service.ts': "import { createApp } from '@parley/audio'\nexport const mine = createApp\n",
  'services/demo/src/test-code.ts': "import { openCorner } from '@parley/testkit'\nexport const mine = openCorner\n",
  'services/demo/src/domain/environment.ts': 'export const home = process.env.HOME\n',
  'services/demo/src/default.ts': 'export default 1\n',
  'packages/contracts/src/pino.ts': "import { pino } from 'pino'\nexport const log = pino()\n",
}

/** Files that keep to them. */
const innocents: Record<string, string> = {
  'services/demo/src/domain/decide.ts':
    "import { Problem } from '@parley/contracts'\nexport const no = new Problem('conflict', 'no')\n",
  'services/demo/src/stores/store.ts': "import { decide } from '../domain/decide.ts'\nexport const store = decide\n",
  'packages/bus/src/connect.ts': "import { connect } from 'nats'\nexport const mine = connect\n",
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-layers-'))
  await copyFile(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const [path, text] of Object.entries({ ...offenders, ...innocents })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('lint refuses what breaks the layers, and nothing else', () => {
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string }[] }
  const refused = [...new Set(diagnostics.map(({ filename }) => filename))]
  expect(refused.toSorted()).toEqual(Object.keys(offenders).toSorted())
})
