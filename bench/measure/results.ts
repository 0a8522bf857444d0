import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'results')

/** Prints the result as JSON and keeps it in `bench/results/<name>.json`. */
export async function writeResult(name: string, result: unknown): Promise<void> {
  const text = JSON.stringify(result, undefined, 2)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.json`), `${text}\n`)
  process.stdout.write(`${text}\n`)
}

/** For people: goes to stderr, so that stdout is JSON alone. */
export function say(line = ''): void {
  process.stderr.write(`${line}\n`)
}

/** Columns as wide as their widest cell; all but the first to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0))).join('  ')
  return rows.map(line).join('\n')
}
