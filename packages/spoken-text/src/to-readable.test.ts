import { expect, test } from 'vitest'
import { toReadable } from './to-readable.ts'

test.each([
  ['今天25℃，湿度60%。', '今天25摄氏度，湿度百分之60。'],
  ['现在-5°C', '现在零下5摄氏度'],
  ['会议在14:30开始', '会议在14点30分开始'],
  ['早上9:05和10:00', '早上9点零5分和10点'],
  ['生日是2026-11-24', '生日是2026年11月24日'],
  ['跑了10km，用时3-5小时', '跑了10公里，用时3到5小时'],
  ['价格是¥1,234.50', '价格是1234.50元'],
  ['股价跌了-3%', '股价跌了负百分之3'],
  ['速度120 km/h', '速度120公里每小时'],
  ['iPhone15有256GB', 'iPhone15有256GB'],
  ['第3.5节', '第3.5节'],
])('%s is read %s', (text, read) => {
  expect(toReadable(text)).toBe(read)
})

test.each([
  ['It is 25°C, 60% humid.', 'It is 25 degrees Celsius, 60 percent humid.'],
  ['-5 °C tonight', 'minus 5 degrees Celsius tonight'],
  ['It costs $5 or $1.', 'It costs 5 dollars or 1 dollar.'],
  ['1 km away, then 3-5 km', '1 kilometre away, then 3 to 5 kilometres'],
  ['At 9:00 we leave', "At 9 o'clock we leave"],
  ['At 9:00 am we leave', 'At 9:00 am we leave'],
  ['1,234,567 people', '1234567 people'],
  ['on 2026-11-24 at 14:30', 'on 2026-11-24 at 14:30'],
  ['version 1.2.3 of the R2D2', 'version 1.2.3 of the R2D2'],
  ['5 mm', '5 millimetres'],
  ['5 men', '5 men'],
])('%s is read %s', (text, read) => {
  expect(toReadable(text)).toBe(read)
})

test('other languages keep their signs', () => {
  expect(toReadable('Es sind 25 km', 'de')).toBe('Es sind 25 km')
  expect(toReadable('気温は25℃です')).toBe('気温は25℃です')
  expect(toReadable('25℃', 'zh-CN')).toBe('25摄氏度')
})
