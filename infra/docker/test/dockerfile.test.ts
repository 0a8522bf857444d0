import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildStage, type Built, type Context } from '../build.ts'
import { readDockerfile } from '../dockerfile.ts'
import { copyContext, readIgnoreRules } from '../ignore.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-dockerfile-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text = '') {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function build(text: string): Promise<Built> {
  const { args, stages } = readDockerfile(text)
  const context: Context = {
    root: join(folder, 'context'),
    rules: readIgnoreRules('**/secret'),
    stages: join(folder, 'stages'),
    args: { ...Object.fromEntries(args), SERVICE: 'tea' },
    machine: process.env,
    say: () => undefined,
  }
  const built: Built[] = []
  for (const stage of stages) built.push(await buildStage(stage, context))
  return built.at(-1) as Built
}

describe('the steps of a Dockerfile', () => {
  test('are carried out stage by stage', async () => {
    write('context/a.txt', 'leaf')
    write('context/inner/secret', 'no')
    const built = await build(`
# A comment.
FROM base AS first
WORKDIR /work
COPY . .
RUN --mount=type=cache,target=/x mkdir made && \\
    cat a.txt > made/b.txt
FROM base AS image
ARG SERVICE
ENV ONE=1 TWO=\${SERVICE}-2
LABEL title=x
WORKDIR /work
COPY --from=first /work/made ./
RUN echo "$TWO" > two.txt
USER 10001:10001
WORKDIR /work/\${SERVICE}
CMD ["node", "main.ts"]`)
    expect(built).toMatchObject({
      workdir: '/work/tea',
      environment: { ONE: '1', TWO: 'tea-2' },
      user: '10001:10001',
      command: ['node', 'main.ts'],
    })
    expect(readFileSync(join(built.folder, 'work/b.txt'), 'utf8')).toBe('leaf')
    expect(readFileSync(join(built.folder, 'work/two.txt'), 'utf8')).toBe('tea-2\n')
    expect(existsSync(join(folder, 'stages/first/work/inner/secret'))).toBe(false)
  })

  test('that fail say which and why', async () => {
    const text = 'FROM base AS image\nRUN echo lost >&2; exit 3'
    await expect(build(text)).rejects.toThrow(/line 2: RUN echo lost[^]*failed:\nlost/)
  })

  test('ask apt-get only whether the machine has it', async () => {
    const PATH = `${join(import.meta.dirname, '../stand-ins')}:${process.env.PATH}`
    const install = (name: string) =>
      build(`FROM base AS image\nENV PATH=${PATH}\nRUN apt-get update && apt-get install -y ${name}`)
    await install('espeak-ng')
    await expect(install('no-such-package')).rejects.toThrow('not on this machine: no-such-package')
  })

  test.each([
    ['FROM base AS image\nHEALTHCHECK NONE', 'HEALTHCHECK NONE: is not rehearsed'],
    ['FROM base\n', 'must name its stage'],
    ['FROM base AS image\nCMD node main.ts', 'must be a list'],
    ['FROM base AS image\nWORKDIR work', 'must be an absolute path'],
    ['FROM base AS image\nCOPY lost ./', 'there is no'],
    ['RUN true', 'before the first FROM'],
  ])('%j is refused', async (text, why) => {
    mkdirSync(join(folder, 'context'))
    await expect(build(text)).rejects.toThrow(why)
  })
})

test('.dockerignore: the last rule that matches decides', () => {
  for (const path of ['keep/a.ts', 'keep/test/b.ts', 'drop/c.ts', 'infra/docker/d.mjs', 'infra/e.ts', 'top.json']) {
    write(`from/${path}`)
  }
  const rules = readIgnoreRules('# ours\n*\n!keep\n!infra/docker/d.mjs\n!top.json\n**/test\n')
  copyContext(join(folder, 'from'), join(folder, 'to'), rules)
  const copied = readdirSync(join(folder, 'to'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(copied.map(({ name }) => name).toSorted()).toEqual(['a.ts', 'd.mjs', 'top.json'])
  expect(() => readIgnoreRules('a[bc]')).toThrow('"a[bc]" is not rehearsed')
})
