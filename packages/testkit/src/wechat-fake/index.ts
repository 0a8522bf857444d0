export { startWechatFake, type WechatFake, type WechatFakeSettings, type WechatUser } from './wechat-fake.ts'
