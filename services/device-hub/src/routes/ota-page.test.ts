import { expect, test } from 'vitest'
import { otaPage } from './ota-page.ts'

const urls = {
  origin: 'http://192.168.1.10:8000',
  ota: 'http://192.168.1.10:8000/xiaozhi/ota/',
  websocket: 'ws://192.168.1.10:8000/xiaozhi/v1/',
  host: '192.168.1.10:8000',
  secure: false,
  behindUntrusted: false,
}
const bad = /class="bad"/

test('shows both addresses and finds nothing wrong with a home network', () => {
  const page = otaPage(urls)
  expect(page).toContain(urls.ota)
  expect(page).toContain(urls.websocket)
  expect(page).not.toMatch(bad)
})

test.each(['localhost:8000', 'localhost', '127.0.0.1:8000', '[::1]:8000', '0.0.0.0'])(
  'warns that no device reaches %s',
  (host) => {
    expect(otaPage({ ...urls, host, websocket: `ws://${host}/` })).toMatch(/class="bad">A device cannot reach/)
  },
)

test.each(['localhost.example.com', '127.example.com', '192.168.1.10'])('does not warn about %s', (host) => {
  expect(otaPage({ ...urls, host, websocket: `ws://${host}/` })).not.toMatch(bad)
})

test('warns when page and devices would not be equally safe', () => {
  expect(otaPage({ ...urls, secure: true })).toMatch(bad)
  expect(otaPage({ ...urls, secure: true, websocket: 'wss://192.168.1.10:8000/' })).not.toMatch(bad)
})

test('warns of a proxy that is not believed', () => {
  expect(otaPage({ ...urls, behindUntrusted: true })).toMatch(/class="bad">A proxy stands in front/)
})

test('tells when devices are sent elsewhere', () => {
  expect(otaPage({ ...urls, websocket: 'ws://elsewhere:8000/' })).toContain('elsewhere:8000 by DEVICE_WEBSOCKET_URL')
})

test('escapes what comes from outside', () => {
  const page = otaPage({ ...urls, ota: 'http://"><script>alert(1)</script>&\'' })
  expect(page).not.toContain('<script>')
  expect(page).toContain('&#60;script&#62;')
})
