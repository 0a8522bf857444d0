import { z } from 'zod'

/** What firmware up to 1.7 says of its things, before there were tools. */

const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/)
const Words = z.string().max(500).catch('')

const Property = z.object({ description: Words, type: z.enum(['number', 'boolean', 'string']).catch('string') })
const Properties = z.record(Name, Property).catch({})
const Method = z.object({ description: Words, parameters: Properties })
const Thing = z.object({
  name: Name,
  description: Words,
  properties: Properties,
  methods: z.record(Name, Method).catch({}),
})
const State = z.object({ name: Name, state: z.record(z.string(), z.unknown()) })

export type IotDescriptor = z.output<typeof Thing>
export type IotState = z.output<typeof State>

/** What of a list is of this kind; nothing of what is no list. */
function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.slice(0, 64).flatMap((item): z.output<Schema>[] => {
        const read = schema.safeParse(item)
        return read.success ? [read.data] : []
      }),
    )
}

/** One message a thing, or all in one; states come as they change. */
export const Iot = z.object({ type: z.literal('iot'), descriptors: listOf(Thing), states: listOf(State) })
