import type { PublicUrls } from './public-urls.ts'

type Finding = { good: boolean; text: string }

/** The page that tells a person whether a device could use this server under the address that the page was opened at. */
export function otaPage(urls: PublicUrls): string {
  const findings = check(urls)
  const rows = findings.map(({ good, text }) => `<li class="${good ? 'good' : 'bad'}">${escape(text)}</li>`).join('')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley: device set-up</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1c2733; }
  code { background: #eef2f6; padding: .2em .4em; border-radius: 4px; word-break: break-all; }
  dt { margin-top: 1rem; color: #5b6b7b; } dd { margin: .2rem 0 0; }
  li.good::marker { content: "✓ "; color: #18794e; } li.bad::marker { content: "✗ "; color: #c62a2f; }
</style>
<h1>Devices are welcome here</h1>
<p>Type the first address into the Wi-Fi set-up page of a xiaozhi device ("OTA address"); it learns the rest by itself.</p>
<dl>
  <dt>OTA address</dt><dd><code>${escape(urls.ota)}</code></dd>
  <dt>WebSocket address that devices are told</dt><dd><code>${escape(urls.websocket)}</code></dd>
  <dt>Where cameras send what they see</dt><dd><code>${escape(urls.origin)}/mcp/vision/explain</code></dd>
</dl>
<ul>${rows}</ul>
`
}

function check({ host, secure, websocket, behindUntrusted }: PublicUrls): Finding[] {
  const name = host.replace(/:\d+$/, '')
  const local = /^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0)$/i.test(name)
  const told = new URL(websocket)
  return [
    local
      ? {
          good: false,
          text: `A device cannot reach "${name}": open this page by the machine's address in your network.`,
        }
      : { good: true, text: `A device that can reach ${host} can use this address.` },
    told.protocol === (secure ? 'wss:' : 'ws:')
      ? {
          good: true,
          text: secure
            ? 'The connection is encrypted; the certificate must be a public one.'
            : 'Not encrypted: fine in a home network, not across the internet.',
        }
      : {
          good: false,
          text: `This page came over ${secure ? 'https' : 'http'}, but devices are told ${told.protocol}//: check DEVICE_WEBSOCKET_URL.`,
        },
    ...(behindUntrusted
      ? [
          {
            good: false,
            text: 'A proxy stands in front that is not believed: set TRUSTED_PROXIES to how many there are.',
          },
        ]
      : []),
    ...(told.host === host ? [] : [{ good: true, text: `Devices are sent to ${told.host} by DEVICE_WEBSOCKET_URL.` }]),
  ]
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
