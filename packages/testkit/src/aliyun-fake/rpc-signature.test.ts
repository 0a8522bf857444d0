import { expect, test } from 'vitest'
import { signRpc } from './rpc-signature.ts'

const common = {
  AccessKeyId: 'testid',
  Format: 'JSON',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  Timestamp: '2025-06-01T12:30:45Z',
}
const sms = {
  ...common,
  Action: 'SendSms',
  Version: '2017-05-25',
  SignatureNonce: '45e25e9b-0a6f-4070-8c85-2956eda1b466',
  PhoneNumbers: '15300000001',
  SignName: '阿里云短信测试',
  TemplateCode: 'SMS_71390007',
  RegionId: 'cn-hangzhou',
}
const nonce = '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf'

/** Known answers; the last one is from the vendor's own pages. */
test.each([
  [
    'GET',
    { ...common, Action: 'CreateToken', Version: '2019-02-28', SignatureNonce: nonce },
    'Irz5rAk2CdNDqCjyx1HoyNL/Ci4=',
  ],
  ['POST', { ...sms, TemplateParam: '{"code":"1234"}' }, 'G/7SKRbdRWf21mJR7E4kKB7yLRk='],
  ['GET', { ...sms, TemplateParam: `{"code":"a b*c'(d)!~"}` }, 'DTHKbT9t1X4O77N2kAxqzS5mk+Q='],
  [
    'GET',
    {
      ...common,
      Action: 'DescribeRegions',
      Version: '2014-05-26',
      Format: 'XML',
      Timestamp: '2016-02-23T12:46:24Z',
      SignatureNonce: nonce,
    },
    'OLeaidS1JvxuMvnyHOwuJ+uX5qY=',
  ],
])('a %s of %j is signed with %s', (method, parameters, signature) => {
  expect(signRpc(method, parameters, 'testsecret')).toBe(signature)
})
