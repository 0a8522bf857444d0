export { createEventLog, type EventLog } from './event-log.ts'
export { stream } from './microphone.ts'
export { decodeSpeech, encodeSpeech, loudness, type Pcm } from './opus.ts'
export { silencePackets, speak, speakPackets } from './speech.ts'
export {
  connectDevice,
  UpgradeRefused,
  type DeviceAudio,
  type DeviceEvent,
  type DeviceMessage,
  type VirtualDevice,
  type VirtualDeviceSettings,
  type VirtualTool,
} from './virtual-device.ts'
export { decodeWav, encodeWav, resample } from './wav.ts'
