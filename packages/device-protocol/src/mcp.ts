import { z } from 'zod'

/**
 * The Model Context Protocol as devices speak it inside `mcp` messages: the device is the MCP server. Ids are numbers;
 * errors may lack a code; an answer to `initialize` may lack everything.
 */
export type McpRequest = { jsonrpc: '2.0'; id: number; method: string; params: Record<string, unknown> }

const Reply = z.object({
  id: z.number().int(),
  result: z.record(z.string(), z.unknown()).optional().catch(undefined),
  error: z
    .object({ message: z.string().catch('the tool failed') })
    .or(z.string().transform((message) => ({ message })))
    .optional(),
})
export type McpReply = z.infer<typeof Reply>

const Tool = z.object({
  name: z.string().min(1).max(128),
  description: z.string().max(4_000).catch(''),
  inputSchema: z.record(z.string(), z.unknown()).catch({ type: 'object', properties: {} }),
  annotations: z
    .object({ audience: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
})
const ToolsPage = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional().catch(undefined) })
const CallResult = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional().catch(undefined) })).catch([]),
  isError: z.boolean().catch(false),
})

export type McpTool = {
  name: string
  description: string
  inputSchema: Record<string, unknown>
  /** For people only: no model is told of it. */
  userOnly: boolean
}

export function mcpRequest(id: number, method: string, params: Record<string, unknown> = {}): McpRequest {
  return { jsonrpc: '2.0', id, method, params }
}

export function mcpNotification(method: string): Record<string, unknown> {
  return { jsonrpc: '2.0', method }
}

/** Undefined for notifications and for what is no reply. */
export function readMcpReply(payload: Record<string, unknown>): McpReply | undefined {
  const read = Reply.safeParse(payload)
  return read.success ? read.data : undefined
}

/** One page of tools. */
export function readToolsPage(result: Record<string, unknown>): { tools: McpTool[]; nextCursor?: string | undefined } {
  const page = ToolsPage.safeParse(result)
  if (!page.success) return { tools: [] }
  const tools = page.data.tools.flatMap((item) => {
    const read = Tool.safeParse(item)
    if (!read.success) return []
    const { name, description, inputSchema, annotations } = read.data
    return [{ name, description, inputSchema, userOnly: isForUserOnly(annotations?.audience) }]
  })
  return { tools, nextCursor: page.data.nextCursor || undefined }
}

function isForUserOnly(audience: string[] | undefined): boolean {
  return audience?.length === 1 && audience[0] === 'user'
}

/** What a tool said, as text. */
export function readCallResult(result: Record<string, unknown>): { text: string; failed: boolean } {
  const read = CallResult.parse(result)
  const text = read.content.map((item) => item.text ?? `[${item.type}]`).join('\n')
  return { text, failed: read.isError }
}
