import { readFileSync } from 'node:fs'
import type { Contract } from '../src/index.ts'
import { fieldsOf, type Field } from './schema-fields.ts'

/** Where the page stands in the repository. */
export const busPageUrl = new URL('../../../docs/protocols/bus.md', import.meta.url)

const introduction = readFileSync(new URL('bus-introduction.md', import.meta.url), 'utf8')

/** The page on the bus: how its wire works, and every subject of the registry by owner. */
export function renderBusPage(registry: Record<string, Record<string, Contract>>): string {
  const owners = Object.entries(registry).map(([owner, contracts]) => renderOwner(owner, Object.values(contracts)))
  return `${[introduction.trim(), ...owners].join('\n\n')}\n`
}

function renderOwner(owner: string, contracts: Contract[]): string {
  const overview = table(
    ['Subject', 'Kind', 'Access', 'Policy'],
    contracts.map((contract) => [
      `\`${contract.subject}\``,
      contract.kind,
      'access' in contract ? contract.access : '',
      policyOf(contract),
    ]),
  )
  return [`## ${owner}`, overview, ...contracts.map(renderContract)].join('\n\n')
}

function policyOf(contract: Contract): string {
  switch (contract.kind) {
    case 'request': {
      const { timeoutMs, maxTimeoutMs } = contract
      return `answer in ${seconds(timeoutMs)}${maxTimeoutMs > timeoutMs ? `, ${seconds(maxTimeoutMs)} at most` : ''}`
    }
    case 'stream':
      return `idle limit ${seconds(contract.idleMs)}, window ${contract.window}`
    case 'event':
    case 'bytes':
      return 'every listener, in order'
  }
}

function renderContract(contract: Contract): string {
  const sections = [`### ${contract.subject}`]
  switch (contract.kind) {
    case 'request':
      sections.push('Input:', fieldTable(fieldsOf(contract.input)), 'Output:', fieldTable(fieldsOf(contract.output)))
      break
    case 'stream':
      sections.push('Input:', fieldTable(fieldsOf(contract.input)))
      if (contract.chunk === 'bytes') sections.push('Chunks are raw bytes.')
      else sections.push('Chunks:', fieldTable(fieldsOf(contract.chunk)))
      break
    case 'event':
      sections.push('Payload:', fieldTable(fieldsOf(contract.payload)))
      break
    case 'bytes':
      sections.push('Raw bytes, without a schema.')
  }
  return sections.join('\n\n')
}

function fieldTable(fields: Field[]): string {
  if (fields.length === 0) return 'No fields.'
  const rows = fields.map(({ path, type, required, limits }) => {
    return [path && `\`${path}\``, type, path && (required ? 'yes' : 'no'), limits]
  })
  const head = ['Field', 'Type', 'Required', 'Limits']
  if (fields.every(({ part }) => part === undefined)) return table(head, rows)
  return table(
    ['`type`', ...head],
    rows.map((row, index) => [`\`${fields[index]?.part}\``, ...row]),
  )
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`
}
