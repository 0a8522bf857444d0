import { cpSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

type Rule = { keeps: boolean; pattern: string; matches: RegExp }

/** The rules of a `.dockerignore`: names with `*` in them, anywhere or from the root, and `!`; the last one that matches a path decides. */
export function readIgnoreRules(text: string): Rule[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(toRule)
}

function toRule(line: string): Rule {
  const keeps = line.startsWith('!')
  const pattern = keeps ? line.slice(1) : line
  if (!/^(\*\*\/)?[\w@.*/-]+$/.test(pattern)) throw new Error(`.dockerignore: "${line}" is not rehearsed`)
  const [, anywhere = '', rest = ''] = /^(\*\*\/)?(.*)$/.exec(pattern) ?? []
  const body = rest.replaceAll('.', '\\.').replaceAll('*', '[^/]*')
  return { keeps, pattern, matches: new RegExp(`^${anywhere && '(.*/)?'}${body}(/.*)?$`) }
}

/** Copies a folder as the builder sees it: without what is ignored. */
export function copyContext(from: string, to: string, rules: Rule[], path = ''): void {
  for (const name of readdirSync(join(from, path))) {
    const inner = path === '' ? name : `${path}/${name}`
    const isFolder = lstatSync(join(from, inner)).isDirectory()
    if (isFolder && mayHold(rules, inner)) copyContext(from, to, rules, inner)
    else if (!isFolder && !isIgnored(rules, inner))
      cpSync(join(from, inner), join(to, inner), { verbatimSymlinks: true })
  }
}

const isIgnored = (rules: Rule[], path: string): boolean =>
  rules.findLast((rule) => rule.matches.test(path))?.keeps === false

/** Whether something in a folder may be kept: the folder itself, or what a later rule names in it. */
const mayHold = (rules: Rule[], folder: string): boolean =>
  !isIgnored(rules, folder) || rules.some(({ keeps, pattern }) => keeps && pattern.startsWith(`${folder}/`))
