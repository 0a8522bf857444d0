import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '..')

test('the tour in the README is true', async () => {
  const tour = spawn(process.execPath, [join(root, 'apps/tour/tour.ts')], { cwd: root })
  let said = ''
  for (const output of [tour.stdout, tour.stderr])
    output.setEncoding('utf8').on('data', (text: string) => (said += text))
  onTestFinished(() => void tour.kill('SIGINT'))
  const [code] = (await once(tour, 'close')) as [number]
  expect(code, said).toBe(0)
  expect(said).toContain('Every step of the tour is true.')
}, 180_000)
