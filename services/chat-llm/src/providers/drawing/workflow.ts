type Filling = { prompt: string; avoid: string; width: number; height: number; seed: number }

/** A workflow with its variables filled in: a text that is one variable becomes its value, numbers as numbers. */
export function fillWorkflow(workflow: Record<string, unknown>, filling: Filling): Record<string, unknown> {
  return fill(workflow, filling) as Record<string, unknown>
}

function fill(value: unknown, filling: Filling): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, filling))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, filling)]))
  if (typeof value !== 'string') return value
  const whole = /^\{\{(\w+)\}\}$/.exec(value)?.[1]
  if (whole !== undefined && whole in filling) return filling[whole as keyof Filling]
  return value.replaceAll(/\{\{(\w+)\}\}/g, (written, name: string) =>
    name in filling ? String(filling[name as keyof Filling]) : written,
  )
}
