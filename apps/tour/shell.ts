import { spawn } from 'node:child_process'

export type ShellAnswer = { output: string; code: number }

/** A shell that keeps its variables from one piece of work to the next. */
export type Shell = AsyncDisposable & {
  /** Runs commands; what they print on either stream, and the code of one that failed, else 0. @throws Error when they take too long */
  run: (commands: string, timeoutMs: number) => Promise<ShellAnswer>
}

const marker = `__done_${process.pid}__`
const mostOutput = 1024 * 1024

/** Opens `bash` in a folder; a pipe fails when any part of it does. */
export function openShell(cwd: string, env: NodeJS.ProcessEnv): Shell {
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const closed = new Promise<void>((resolve) => bash.once('close', () => resolve()))
  let heard = ''
  let wake: () => void = () => undefined
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard = (heard + text).slice(-mostOutput)
    wake()
  })
  bash.stdin.on('error', () => undefined)
  bash.stdin.write('set -o pipefail\n')
  // Any command that fails counts, not the last one only.
  bash.stdin.write("trap 'failed=$?' ERR\n")

  return {
    run: async (commands, timeoutMs) => {
      heard = ''
      bash.stdin.write(`failed=0\n{\n${commands}\n} 2>&1 < /dev/null\necho "${marker} $failed"\n`)
      const deadline = AbortSignal.timeout(timeoutMs)
      for (;;) {
        const [all, code] = new RegExp(`${marker} (\\d+)\\n`).exec(heard) ?? []
        if (all !== undefined) return { output: heard.slice(0, heard.indexOf(all)), code: Number(code) }
        if (deadline.aborted || bash.exitCode !== null) throw new Error(`no end after ${timeoutMs} ms:\n${heard}`)
        await new Promise<void>((resolve) => {
          wake = resolve
          deadline.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (bash.pid !== undefined && bash.exitCode === null) process.kill(-bash.pid, 'SIGTERM')
      await closed
    },
  }
}
