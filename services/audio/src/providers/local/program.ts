import { execFile } from 'node:child_process'

/**
 * Sees that a program can be run at all.
 * @throws Error naming the Debian package that has it.
 */
export function requireProgram(path: string, args: string[], what: string, debianPackage: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(path, args, { timeout: 10_000 }, (error) => {
      const { code } = (error ?? {}) as { code?: unknown }
      // Node says ENOENT or EACCES; a number is the program's own exit code: it ran.
      if (typeof code !== 'string') return resolve()
      const cure = `install the Debian package ${debianPackage}, or name another program in the configuration`
      reject(new Error(`${what} needs ${path}, which cannot be run (${code}): ${cure}`, { cause: error }))
    }).stdin?.end()
  })
}
