import { networkInterfaces } from 'node:os'
import { relative } from 'node:path'
import type { PlacedService } from './services.ts'
import type { LocalPaths } from './state/paths.ts'

const virtual = /^(docker|br-|veth|virbr|tun|tap|wg|tailscale|zt)/

/** Where things answer, a line each, for people. */
export function addressLines(services: readonly PlacedService[], { clone, logs }: LocalPaths): string[] {
  const portOf = (name: string) => services.find((service) => service.name === name)?.port
  const [gateway, hub, network] = [portOf('gateway'), portOf('device-hub'), networkAddress()]
  const lines: [string, string][] = []
  if (gateway)
    lines.push(['API', `http://127.0.0.1:${gateway}/swagger/`], ['health', `http://127.0.0.1:${gateway}/health`])
  if (hub) lines.push(['devices', otaAddress('127.0.0.1', hub)])
  if (hub && network) lines.push(['real device', `${otaAddress(network, hub)}   (set this as its OTA address)`])
  lines.push(['logs', `${relative(clone, logs)}/`])
  return lines.map(([label, address]) => label.padEnd(13) + address)
}

const otaAddress = (host: string, port: number) => `http://${host}:${port}/xiaozhi/ota/`

/** This machine's address for others on its network; undefined when it has none. */
function networkAddress(): string | undefined {
  const real = Object.entries(networkInterfaces()).filter(([name]) => !virtual.test(name))
  const addresses = real.flatMap(([, list]) => list ?? [])
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
