/** What the server declares in its hello and then really sends. */
export type DownlinkFormat = { sampleRateHz: number; frameMs: number }

/** The server's messages to a device, as they stand on the wire. */
export type ServerMessage =
  | {
      type: 'hello'
      transport: 'websocket'
      version: 1
      audio_params: { format: 'opus'; sample_rate: number; channels: 1; frame_duration: number }
    }
  | { type: 'stt'; text: string }
  | { type: 'llm'; emotion: string; text: string }
  | { type: 'tts'; state: 'start' | 'stop' }
  | { type: 'tts'; state: 'sentence_start'; text: string }
  | { type: 'mcp'; payload: Record<string, unknown> }
  | { type: 'alert'; status: string; message: string; emotion: string }
  | { type: 'system'; command: 'reboot' }
  /** For firmware up to 1.7. */
  | { type: 'iot'; commands: { name: string; method: string; parameters: Record<string, unknown> }[] }
  | { type: 'pong' }
  /** Means nothing: a device takes a connection for dead when nothing came for two minutes. */
  | { type: 'heartbeat' }
  /** For clients that are no firmware. */
  | { type: 'text'; text: string }
  | { type: 'audio'; audio: string; format: 'ogg-opus'; text: string }
  | { type: 'done' }
  /** Devices log and ignore it; our own clients show it. */
  | { type: 'error'; code: string; message: string }

/** The hello that a device must get within 10 s: it needs every one of these fields, numbers as numbers. */
export function helloMessage({ sampleRateHz, frameMs }: DownlinkFormat): ServerMessage {
  return {
    type: 'hello',
    transport: 'websocket',
    version: 1,
    audio_params: { format: 'opus', sample_rate: sampleRateHz, channels: 1, frame_duration: frameMs },
  }
}

/** The text frame of a message. Every message carries the session id. */
export function encodeServerMessage(message: ServerMessage, sessionId: string): string {
  return JSON.stringify({ ...message, session_id: sessionId })
}
