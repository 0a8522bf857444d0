import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { keepPassword } from './password.ts'

const run = promisify(execFile)

/** A user to run as. */
export type Owner = { uid: number; gid: number }
/** `owner` is whom PostgreSQL must run as; without one, as this process does. */
export type Cluster = { folder: string; password: string; owner: Owner | undefined }

export const superuser = 'parley'

/**
 * The database cluster under `dir`, made at the first call. PostgreSQL refuses to run as root, so as root it runs as, and its folder
 * belongs to, the user `postgres`.
 * @throws Error when that user does not exist or cannot enter `dir`
 */
export async function openCluster(programs: string, dir: string, sync: boolean): Promise<Cluster> {
  const owner = process.getuid?.() === 0 ? postgresUser() : undefined
  const home = join(dir, 'postgres')
  mkdirSync(dir, { recursive: true, mode: owner ? 0o711 : 0o700 })
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (owner) letIn(owner, dir, home)
  const passwordFile = join(home, 'password')
  const password = keepPassword(passwordFile)
  if (owner) chownSync(passwordFile, owner.uid, owner.gid)
  const folder = join(home, 'cluster')
  if (!existsSync(folder)) await initialise({ programs, folder, passwordFile, owner, sync })
  return { folder, password, owner }
}

/** Makes the cluster beside its place and moves it there when it is complete. */
async function initialise(given: {
  programs: string
  folder: string
  passwordFile: string
  owner: Owner | undefined
  sync: boolean
}): Promise<void> {
  const unfinished = `${given.folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  const locale = process.platform === 'linux' ? '--locale=C.UTF-8' : '--no-locale'
  const args = [
    '-D',
    unfinished,
    '-U',
    superuser,
    '-A',
    'scram-sha-256',
    `--pwfile=${given.passwordFile}`,
    '-E',
    'UTF8',
    locale,
  ]
  const options = { ...given.owner, cwd: '/', timeout: 120_000 }
  await run(join(given.programs, 'initdb'), given.sync ? args : [...args, '--no-sync'], options)
  renameSync(unfinished, given.folder)
}

function postgresUser(): Owner {
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (!entry) throw new Error('PostgreSQL does not run as root, and this machine has no user `postgres` to run it as')
  return { uid: Number(entry[1]), gid: Number(entry[2]) }
}

/** Gives the folder to PostgreSQL's user and opens the way there, as far as the way is `dir` or a temporary folder. */
function letIn({ uid, gid }: Owner, dir: string, home: string): void {
  chownSync(home, uid, gid)
  const temporary = `${resolve(tmpdir())}/`
  for (const folder of parents(dir).filter((folder) => !othersEnter(folder))) {
    if (folder !== resolve(dir) && !folder.startsWith(temporary)) {
      throw new Error(
        `PostgreSQL runs as the user \`postgres\`, which cannot enter ${folder}: give its data another folder`,
      )
    }
    chmodSync(folder, 0o711)
  }
}

const othersEnter = (folder: string) => (statSync(folder).mode & 0o001) !== 0

function parents(folder: string): string[] {
  const path = resolve(folder)
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...parents(parent)]
}
