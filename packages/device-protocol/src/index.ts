export { readClientMessage, type ClientMessage } from './client-messages.ts'
export { isDeviceProof, makeDeviceProof } from './device-proof.ts'
export { isDeviceToken, issueDeviceToken } from './device-token.ts'
export { compareVersions, firmwareHeadBytes, isComparableVersion, readFirmwareImage } from './firmware-image.ts'
export { emojiOf, findEmotion, withoutEmoji } from './emotions.ts'
export { decodeFrame, encodeFrame, readFrameVersion, type FrameVersion } from './frames.ts'
export { readIdentity, type ClientIdentity } from './identity.ts'
export type { IotDescriptor, IotState } from './iot.ts'
export {
  mcpNotification,
  mcpRequest,
  readCallResult,
  readMcpReply,
  readToolsPage,
  type McpReply,
  type McpTool,
} from './mcp.ts'
export { fromOggOpus, opusPacketMs, toOggOpus } from './ogg-opus.ts'
export { readTalkMessage, type TalkMessage } from './talk-messages.ts'
export { readOtaReport, toOtaAnswer, type OtaAnswer, type OtaReport } from './ota.ts'
export { encodeServerMessage, helloMessage, type DownlinkFormat, type ServerMessage } from './server-messages.ts'
