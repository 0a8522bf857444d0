/** One instruction of a Dockerfile, as it is written: `RUN`, and all that follows it. */
export type Instruction = { line: number; name: string; text: string }
/** What happens between one `FROM` and the next; `name` is what later stages call it. */
export type Stage = { name: string; instructions: Instruction[] }
export type Dockerfile = { args: Map<string, string>; stages: Stage[] }

const known = new Set(['FROM', 'ARG', 'ENV', 'LABEL', 'WORKDIR', 'COPY', 'RUN', 'USER', 'CMD'])

/**
 * Reads as much of the Dockerfile language as ours is written in.
 * @throws Error naming the line with anything else
 */
export function readDockerfile(text: string): Dockerfile {
  const file: Dockerfile = { args: new Map(), stages: [] }
  for (const instruction of readInstructions(text)) {
    if (instruction.name === 'FROM') file.stages.push(openStage(instruction))
    else if (file.stages.length > 0) file.stages.at(-1)?.instructions.push(instruction)
    else if (instruction.name === 'ARG') file.args.set(...splitAssignment(instruction.text))
    else throw refuse(instruction, 'stands before the first FROM')
  }
  return file
}

function readInstructions(text: string): Instruction[] {
  const found: Instruction[] = []
  let open: Instruction | undefined
  for (const [index, written] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(written)) continue
    const goesOn = written.endsWith('\\')
    const part = (goesOn ? written.slice(0, -1) : written).trim()
    if (open) open.text = `${open.text} ${part}`.trim()
    else found.push((open = openInstruction(index + 1, part)))
    if (!goesOn) open = undefined
  }
  return found
}

function openInstruction(line: number, part: string): Instruction {
  const [, name = '', text = ''] = /^(\S+)\s*(.*)$/.exec(part) ?? []
  const instruction = { line, name, text }
  if (!known.has(name)) throw refuse(instruction, 'is not rehearsed')
  return instruction
}

function openStage(instruction: Instruction): Stage {
  const [, name] = /^\S+ AS (\S+)$/.exec(instruction.text) ?? []
  if (!name) throw refuse(instruction, 'must name its stage: FROM image AS name')
  return { name, instructions: [] }
}

/** `NAME=value` → both; the value is empty where there is none. */
export function splitAssignment(text: string): [string, string] {
  const [name = '', ...value] = text.split('=')
  return [name, value.join('=')]
}

/** Puts values in the place of `${NAME}` and `$NAME`; a name without one is nothing. */
export const expand = (text: string, values: Record<string, string>): string =>
  text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_all, braced?: string, bare?: string) => values[braced ?? bare ?? ''] ?? '')

export const refuse = ({ line, name, text }: Instruction, why: string): Error =>
  new Error(`Dockerfile, line ${line}: ${name} ${text}: ${why}`)
