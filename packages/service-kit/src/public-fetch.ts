import { lookup as findAddresses, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Problem } from '@parley/contracts'
import ipaddr from 'ipaddr.js'
import { createVendorFetch } from './vendor-fetch.ts'

/**
 * A `fetch` for addresses that users give: only `http` and `https`, and only what is on the public internet, by the very
 * addresses that are connected to. Hosts of `privateHosts` may be anywhere: whoever runs the place says so. Redirects are not
 * followed.
 * @throws Problem `bad-request` for an address that may not be asked
 */
export function createPublicFetch({ privateHosts = [] }: { privateHosts?: readonly string[] } = {}): typeof fetch {
  const allowed = new Set(privateHosts.map((host) => host.toLowerCase()))
  const anywhere = createVendorFetch()
  const publicOnly = createVendorFetch({ lookup: lookupPublic })

  return (async (given: string | URL, init?: RequestInit) => {
    const url = URL.parse(String(given))
    if (!url || !/^https?:$/.test(url.protocol)) throw refusal()
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (allowed.has(host)) return anywhere(url, init)
    // An address that needs no lookup is connected to without one.
    if (isIP(host) && !isPublic(host)) throw refusal()
    return publicOnly(url, init)
  }) as typeof fetch
}

const lookupPublic: LookupFunction = (hostname, options, done) => {
  findAddresses(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const [first] = found ?? []
    if (error || !first) return done(error ?? new Error(`${hostname} has no address`), '')
    if (!found.every(({ address }) => isPublic(address))) return done(refusal(), '')
    if (options.all) return done(null, found)
    done(null, first.address, first.family)
  })
}

function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast'
}

function refusal(): Problem {
  return new Problem('bad-request', 'This address is not on the public internet, and may not be asked')
}
