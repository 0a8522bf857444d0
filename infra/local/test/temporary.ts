import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { localPaths } from '../state/paths.ts'

/** A folder of a test's own, gone with it; `write` puts a file there and says where it is. */
export type Temporary = Disposable & { path: string; write(file: string, text: string): string }

export function temporaryFolder(): Temporary {
  const path = mkdtempSync(join(tmpdir(), 'parley-local-'))
  return {
    path,
    write(file, text) {
      const full = join(path, file)
      mkdirSync(dirname(full), { recursive: true })
      writeFileSync(full, text)
      return full
    },
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true })
      rmSync(localPaths(path).postgres, { recursive: true, force: true })
    },
  }
}
