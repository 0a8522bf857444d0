import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Hypothesis = { text: string; score: number }

/** One warm PocketSphinx: asked for one utterance at a time. */
export type SphinxProcess = {
  /** `id` names a file `<id>.raw` in the folder. Rejects when the process ends before it answers. */
  ask: (id: string) => Promise<Hypothesis>
  readonly alive: boolean
  kill: () => void
}

export type SphinxSettings = { command: string; folder: string; options: string[] }

/**
 * `pocketsphinx_batch` reads utterance ids from its control file and writes one line an utterance, at once: with pipes
 * for both files it is a server that has its model loaded. It opens them by name, which a socket refuses, and Node's
 * own pipes are sockets: hence the two `cat`. When this process dies, the first `cat` ends, and the others follow;
 * when PocketSphinx dies, it takes the others with it.
 */
export function startSphinx({ command, folder, options }: SphinxSettings): SphinxProcess {
  const files = [
    '-ctl',
    '/dev/stdin',
    '-hyp',
    '/dev/stdout',
    '-cepdir',
    folder,
    '-cepext',
    '.raw',
    '-logfn',
    '/dev/null',
  ]
  const args = ['-c', 'cat | { "$0" "$@"; kill 0; } | cat', command, ...files, '-adcin', 'yes', ...options]
  // A process group of its own: what is killed is all of them.
  const child = spawn('sh', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  let waiting: { resolve: (hypothesis: Hypothesis) => void; reject: (error: Error) => void; id: string } | undefined
  let alive = true

  createInterface({ input: child.stdout }).on('line', (line) => {
    const read = /^(.*?) ?\((\S+) (-?\d+)\)$/.exec(line)
    if (!read || !waiting || read[2] !== waiting.id) return
    const { resolve } = waiting
    waiting = undefined
    resolve({ text: read[1] ?? '', score: Number(read[3]) })
  })
  child.stdin.on('error', () => undefined)
  child.on('error', end)
  child.stdout.on('end', () => end(new Error('PocketSphinx ended')))

  function end(error: Error) {
    if (!alive) return
    alive = false
    killGroup()
    waiting?.reject(error)
    waiting = undefined
  }
  function killGroup() {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }

  return {
    get alive() {
      return alive
    },
    ask: (id) =>
      new Promise((resolve, reject) => {
        if (!alive) return reject(new Error('PocketSphinx has ended'))
        waiting = { resolve, reject, id }
        child.stdin.write(`${id}\n`)
      }),
    kill: () => end(new Error('PocketSphinx was stopped')),
  }
}
