import {
  auth,
  authAccount,
  billing,
  chat,
  device,
  Erasure,
  ExportItem,
  ProfileChanges,
  type Account,
} from '@parley/contracts'
import { z } from 'zod'
import { sendLines } from '../http/line-stream.ts'
import { receiveImage } from '../http/receive-image.ts'
import { Nothing } from './logins.ts'
import { asking, personOf, sent, serving, type Exchange, type Route } from './route.ts'

const own = { tag: 'Account', auth: 'user', scope: 'account', envelope: 'companion' } as const

const { displayName, language, timeZone } = ProfileChanges.shape
const Changes = z.object({ display_name: displayName, language, time_zone: timeZone })

const Profile = z.object({
  display_name: z.string().nullable(),
  language: z.string().nullable(),
  time_zone: z.string().nullable(),
  /** Where everybody can read it. */
  avatar: z.string().nullable(),
})

const Receipt = z.object({
  erasure_id: z.uuid(),
  requested_at: z.iso.datetime(),
  /** Null as long as something is left. */
  finished_at: z.iso.datetime().nullable(),
  erased: Erasure.shape.erased,
})

const Exported = ExportItem.extend({ from: z.string() })

/** What people say of themselves, all of it to take along, and the end of an account. */
export const profileRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/user/profile',
    operationId: 'readProfile',
    summary: 'Your profile',
    contract: auth.me,
    ask: () => ({}),
    answer: { schema: Profile, from: toProfile },
  }),
  asking({
    ...own,
    method: 'patch',
    path: '/api/user/profile',
    operationId: 'updateProfile',
    summary: 'Change what is given; `null` takes it away',
    body: Changes,
    contract: authAccount.updateProfile,
    ask: ({ body }) => ({ displayName: body.display_name, language: body.language, timeZone: body.time_zone }),
    answer: { schema: Nothing, from: () => ({}) },
  }),
  serving({
    ...own,
    method: 'post',
    path: '/api/user/avatar',
    operationId: 'setAvatar',
    summary: 'Your picture, an image as the form field `file`, in place of the one before',
    rate: 'upload',
    bodyKind: 'multipart',
    contract: authAccount.setAvatar,
    answer: { status: 201, schema: z.object({ avatar: z.string() }) },
    handle: setAvatar,
  }),
  serving({
    ...own,
    method: 'delete',
    path: '/api/user/avatar',
    operationId: 'removeAvatar',
    summary: 'Take your picture away',
    contract: authAccount.setAvatar,
    answer: { schema: Nothing },
    handle: async ({ bus, store, signal }) => {
      const { before } = await bus.request(authAccount.setAvatar, { key: null }, { signal })
      if (before !== undefined) await store.delete(before)
      return {}
    },
  }),
  serving({
    ...own,
    method: 'get',
    path: '/api/user/export',
    operationId: 'exportAccount',
    summary: 'All that is yours here, a thing a line',
    envelope: 'plain',
    rate: 'upload',
    contract: authAccount.exportAccount,
    answer: { type: 'application/x-ndjson', schema: Exported, description: 'A thing a line' },
    handle: async (exchange) => {
      const { response, signal } = exchange
      await sendLines(response, exportOf(exchange), { signal, filename: 'my-data.ndjson' })
      return sent
    },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/api/user/delete',
    operationId: 'deleteAccount',
    summary: 'Delete your account and all that is yours, with your password; nothing of it comes back',
    rate: 'login',
    body: z.object({ password: z.string().min(1).max(256).optional() }),
    contract: authAccount.deleteAccount,
    ask: ({ body }) => body,
    answer: { schema: Receipt, from: toReceipt },
    status: 202,
  }),
  asking({
    ...own,
    method: 'get',
    path: '/api/user/erasures/:erasureId',
    operationId: 'readErasure',
    summary: 'The receipt of an account that is deleted: what is gone, and whether all of it is',
    auth: 'none',
    scope: undefined,
    openBecause: 'whoever has deleted their account has no token any more; the id is theirs alone',
    params: z.object({ erasureId: z.uuid() }),
    contract: authAccount.readErasure,
    ask: ({ params }) => params,
    answer: { schema: Receipt, from: toReceipt },
  }),
]

/** Where an avatar is read: its name cannot be guessed. */
function toAvatarPath(key: string): string {
  return `/files/avatars/${key.slice(key.lastIndexOf('/') + 1)}`
}

function toProfile({ displayName: name, language: spoken, timeZone: zone, avatarKey }: Account) {
  return {
    display_name: name ?? null,
    language: spoken ?? null,
    time_zone: zone ?? null,
    avatar: avatarKey === undefined ? null : toAvatarPath(avatarKey),
  }
}

function toReceipt({ erasureId, requestedAt, finishedAt, erased }: Erasure) {
  return { erasure_id: erasureId, requested_at: requestedAt, finished_at: finishedAt ?? null, erased }
}

async function setAvatar({ bus, person, request, store, signal }: Exchange) {
  const metadata = { owner: personOf({ person }).userId, use: 'avatar' }
  const { key } = await receiveImage(request, { store, retention: 'permanent', metadata, signal })
  try {
    const { before } = await bus.request(authAccount.setAvatar, { key }, { signal })
    if (before !== undefined) await store.delete(before)
  } catch (error) {
    await store.delete(key)
    throw error
  }
  return { avatar: toAvatarPath(key) }
}

async function* exportOf({ bus, signal }: Exchange) {
  const parts = {
    account: authAccount.exportAccount,
    conversations: chat.exportPerson,
    credits: billing.exportPerson,
  }
  for (const [from, contract] of Object.entries(parts))
    for await (const item of bus.stream(contract, {}, { signal })) yield { from, ...item }
  const { devices } = await bus.request(device.list, {}, { signal })
  for (const data of devices) yield { from: 'devices', kind: 'device', data }
}
