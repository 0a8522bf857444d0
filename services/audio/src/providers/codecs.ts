/** What benches measure by itself: the parts that every frame goes through. */
export { openEncoderPool } from './opus/encoder-pool.ts'
export { createPacketDecoder } from './opus/packet-decoder.ts'
export { loadVoiceDetectors } from './webrtc/voice-detector.ts'
