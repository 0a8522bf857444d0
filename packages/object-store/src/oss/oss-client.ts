import OSS from 'ali-oss'
import type { Secret } from '@parley/service-kit'
import { isIP } from 'node:net'
import type { Transport } from './transport.ts'

export type OssAccess = {
  accessKeyId: string
  accessKeySecret: Secret
  bucket: string
  /** With `https:` or `http:`. An address instead of a name has the bucket in the path. */
  endpoint: string
  /** `cn-hangzhou`: signatures are of version 4, of version 1 when it is undefined. */
  region: string | undefined
  /** A host name bound to the bucket, with `https:` or `http:`, for signed URLs; the endpoint's public side when undefined. */
  publicHost: string | undefined
}

/** The client for requests. */
export function createOssClient(access: OssAccess, transport: Transport): OSS {
  const { hostname } = new URL(access.endpoint)
  return createClient(access, { endpoint: access.endpoint, sldEnable: isIP(hostname) !== 0, urllib: transport })
}

/** The client that signs URLs for others: it makes no requests. */
export function createOssSigner(access: OssAccess): OSS {
  if (access.publicHost) return createClient(access, { endpoint: access.publicHost, cname: true })
  return createClient(access, { endpoint: access.endpoint.replace('-internal.', '.') })
}

/** ali-oss knows these, its types do not. */
type Untyped = { sldEnable?: boolean; urllib?: Transport }

function createClient(access: OssAccess, options: OSS.Options | (Partial<OSS.Options> & Untyped)): OSS {
  const { accessKeyId, accessKeySecret, bucket, region } = access
  return new OSS({
    accessKeyId,
    accessKeySecret: accessKeySecret.reveal(),
    bucket,
    ...(region !== undefined && { region: `oss-${region}`, authorizationV4: true }),
    ...options,
  })
}
