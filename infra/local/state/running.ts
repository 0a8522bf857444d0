import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { identify, stillRuns } from '../process/identity.ts'

/** A process as the record knows it: enough never to mistake another one for it. */
export type KnownProcess = { pid: number; identity: string }
export type KnownChild = KnownProcess & { name: string; stopSignal: NodeJS.Signals }

/** What is written down while an instance runs from a clone. */
export type Running = KnownProcess & { addresses: string[]; children: KnownChild[] }

/** The right to run from a clone; disposing of it gives the right back. */
export type Claim = Disposable & {
  addChild(child: { name: string; pid: number; stopSignal?: NodeJS.Signals }): void
  setAddresses(addresses: string[]): void
}

/** Either the claim, or the instance that has it; `leftovers` are children of one that died without ending them. */
export type ClaimAnswer = { claim: Claim; leftovers: KnownChild[] } | { running: Running }

/** Claims a clone for this process. The record is made in one step, so that of two who try at once only one succeeds. */
export function claimRunning(file: string): ClaimAnswer {
  const record: Running = { pid: process.pid, identity: identify(process.pid) ?? '', addresses: [], children: [] }
  mkdirSync(dirname(file), { recursive: true })
  const before = create(file, record) ? undefined : readRunning(file)
  if (before && stillRuns(before)) return { running: before }
  // The children that are left over stay on record until they are replaced by new ones of the same name.
  const leftovers = (before?.children ?? []).filter(stillRuns)
  record.children = leftovers
  write(file, record)
  return { claim: claimOf(file, record), leftovers }
}

function claimOf(file: string, record: Running): Claim {
  return {
    addChild({ name, pid, stopSignal = 'SIGTERM' }) {
      const identity = identify(pid)
      const others = record.children.filter((child) => child.name !== name)
      record.children = identity ? [...others, { name, pid, identity, stopSignal }] : others
      write(file, record)
    },
    setAddresses(addresses) {
      record.addresses = addresses
      write(file, record)
    },
    [Symbol.dispose]: () => rmSync(file, { force: true }),
  }
}

/** The record as it is on disk; undefined when there is none or it cannot be read. */
export function readRunning(file: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    return undefined
  }
}

function create(file: string, record: Running): boolean {
  const draft = writeDraft(file, record)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

const write = (file: string, record: Running): void => renameSync(writeDraft(file, record), file)

function writeDraft(file: string, record: Running): string {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  return draft
}
