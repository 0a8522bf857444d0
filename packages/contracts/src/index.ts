export { authAccount, ErasedCounts, Erasure, erasingServices, ExportItem, ProfileChanges } from './auth-account.ts'
export {
  Agent,
  AgentManner,
  AgentSettings,
  AgentTemplate,
  AgentTools,
  AgentVersion,
  IntentMode,
  LookInput,
  Manner,
  MemoryMode,
  Sampling,
} from './agent.ts'
export { AnswerPart, app, AppUpdate, ConversationStage, ToldUpdate } from './app.ts'
export {
  audio,
  Endpointing,
  ListenInput,
  ListenPart,
  OpusFormat,
  RecordingOf,
  Replacement,
  SpeakInput,
  Voice,
} from './audio.ts'
export { Fact, memory } from './memory.ts'
export { ListedTool, mcp, McpConnection } from './mcp.ts'
export { DrawInput, DrawnPicture, PictureAspect, PictureFindings, pictures } from './pictures.ts'
export { audit, AuditEntry, AuditNote } from './audit.ts'
export { authCodes, Code, CodeRequest, CodeSent } from './auth-codes.ts'
export { authContacts } from './auth-contacts.ts'
export { authIdentities, Begun, ProviderAnswer, ProviderName } from './auth-identities.ts'
export { authMfa, SentFactor } from './auth-mfa.ts'
export { authPasswords } from './auth-passwords.ts'
export { authAdmin, Role, RoleName } from './auth-admin.ts'
export { ApiKey, authKeys, KeyScope, NewApiKey } from './auth-keys.ts'
export {
  authSessions,
  BearerToken,
  Client,
  endedSessionsPage,
  Login,
  PublicKey,
  Session,
  TokenKind,
} from './auth-sessions.ts'
export { Account, auth, Email, ManagedAccount, Password, Phone, Username } from './auth.ts'
export {
  Balance,
  billing,
  Consumption,
  Entry,
  Grant,
  Hold,
  Micro,
  microPerCredit,
  Payer,
  Price,
  Reconciliation,
} from './billing.ts'
export {
  AskInput,
  chat,
  CompleteInput,
  CompletePart,
  Conversation,
  Heard,
  Message,
  Model,
  ModelCheck,
  ReplyInput,
  ReplyPart,
} from './chat.ts'
export {
  bytes,
  event,
  request,
  stream,
  type BytesContract,
  type ChunkOf,
  type Contract,
  type EventContract,
  type RequestContract,
  type StreamContract,
} from './contract.ts'
export { Alarm, AlarmDue, AlarmKind, AlarmRepetition, AlarmState, deviceAlarms, NewAlarm } from './device-alarms.ts'
export { CommandState, DeviceCommand, deviceCommands, SendCommandInput, StoredCommand } from './device-commands.ts'
export { deviceFirmware, FirmwareRelease, InstalledDevice, PartitionLayout } from './device-firmware.ts'
export {
  DeviceSettings,
  DeviceStatus,
  FirmwareChannel,
  FirmwareOutcome,
  DeviceSettingsChange,
} from './device-status.ts'
export { Device, device, DeviceAction, DeviceTool, Kick, OfferedTool, ToolCall, ToolResult } from './device.ts'
export { health, ServiceHealth, serviceNames } from './health.ts'
export { DeviceId, Language, TimeZone, toDeviceId } from './ids.ts'
export { Identity, isAdministrative, Person, Scope, scopesOf, type Access, type CallerOf } from './identity.ts'
export { inboxPrefix, parties, type Party, type ServiceName } from './parties.ts'
export { AnswerFormat, ModelMessage, Usage } from './model-message.ts'
export {
  fromProblemBody,
  parseAs,
  Problem,
  ProblemBody,
  problemCodes,
  toProblem,
  toProblemBody,
  type Issue,
  type ProblemCode,
} from './problem.ts'
export { Recording, recordings } from './recordings.ts'
export { registry } from './registry.ts'
export { RoomQuestion, RoomReplyPart, RoomRun, Spoken } from './room-chat.ts'
export { DeviceRoom, rtc, RtcCall, RtcScene, VoiceChatUpdate } from './rtc.ts'
export {
  Segment,
  SoundFormat,
  speech,
  SynthesizeInput,
  synthesizedRateHz,
  TranscribeInput,
  TranscribePart,
  VoiceOnOffer,
} from './speech.ts'
export { Challenge, SecondFactor } from './second-factor.ts'
export { fillSubject, readTokens, wildcardSubject, type TokenName, type Tokens } from './subject.ts'
export { Voiceprint, voiceprints } from './voiceprints.ts'
export { decodeUplink, encodeUplink, type UplinkMessage } from './uplink.ts'
