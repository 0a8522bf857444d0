export { startAliyunFake, type AliyunFake, type AliyunFakeSettings, type AliyunSms } from './aliyun-fake.ts'
export { signRpc } from './rpc-signature.ts'
export { startViFake, type ViFake } from './vi-fake.ts'
