import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const mark = 'Parley is installing packages'

/**
 * Keeps Debian from starting the servers it installs and from making a PostgreSQL cluster of its own, until disposed of. What stood in
 * these places comes back. Should this process be killed, the policy left behind allows everything again by itself.
 */
export function holdDaemons(system = '/'): Disposable {
  const policy = join(system, 'usr/sbin/policy-rc.d')
  const before = `${policy}.before-parley`
  const clusters = join(system, 'etc/postgresql-common/createcluster.d')
  const noCluster = join(clusters, 'parley.conf')
  const folderWasThere = existsSync(clusters)

  if (existsSync(policy) && !isOurs(policy)) renameSync(policy, before)
  writeFileSync(policy, denyWhileAlive(process.pid), { mode: 0o755 })
  mkdirSync(clusters, { recursive: true })
  writeFileSync(noCluster, `# ${mark}\ncreate_main_cluster = false\n`)

  return {
    [Symbol.dispose]() {
      rmSync(noCluster, { force: true })
      if (!folderWasThere) removeIfEmpty(clusters)
      rmSync(policy, { force: true })
      if (existsSync(before)) renameSync(before, policy)
    },
  }
}

const isOurs = (policy: string) => readFileSync(policy, 'utf8').includes(mark)

const denyWhileAlive = (pid: number) => `#!/bin/sh
# ${mark}: nothing starts by itself while process ${pid} runs.
if kill -0 ${pid} 2>/dev/null; then exit 101; fi
exit 0
`

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
    rmdirSync(dirname(folder))
  } catch {
    // The packages now keep something there.
  }
}
