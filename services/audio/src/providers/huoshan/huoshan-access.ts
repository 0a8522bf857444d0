import { randomUUID } from 'node:crypto'

export type HuoshanAccess = {
  /** `wss://openspeech.bytedance.com`, or where something stands in for it. */
  url: string
  appId: string
  accessToken: string
  resourceId: string
}

/** Who connects, as the v3 interfaces want to know it at the upgrade. */
export function huoshanHeaders({ appId, accessToken, resourceId }: HuoshanAccess): Record<string, string> {
  return {
    'X-Api-App-Key': appId,
    'X-Api-Access-Key': accessToken,
    'X-Api-Resource-Id': resourceId,
    'X-Api-Connect-Id': randomUUID(),
  }
}
