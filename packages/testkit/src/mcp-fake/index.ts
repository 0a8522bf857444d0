export { dialIn, type DialledIn } from './dial-in.ts'
export { startMcpFake, type McpFake } from './http-server.ts'
