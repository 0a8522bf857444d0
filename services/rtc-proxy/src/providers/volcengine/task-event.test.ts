import { expect, test } from 'vitest'
import { createEventReader, signEvent } from './task-event.ts'

const event = {
  EventType: 'VoiceChat',
  EventData:
    '{"AppId":"661e","RoomId":"room1","TaskId":"task1","UserID":"user1","RoundID":0,"EventTime":1611736812853,"EventType":0,"RunStage":"taskStart"}',
  EventTime: '1970-07-01T00:00:00Z',
  EventId: '0123456789',
  AppId: '661e0000000000000000543c',
  Version: '2020-12-01',
  Nonce: 'Q8yq',
}
const Signature = '2b65c686bd605d86b1b0d2a2b1e9efb383381700f2420a06d649b12cafe5ca4a'
const read = createEventReader((appId) => (appId === event.AppId ? ['another', 'cb-secret'] : []))

test('the documented sample has the documented signature, under either spelling of the nonce', () => {
  expect(signEvent(event, 'cb-secret')).toBe(Signature)
  const { Nonce: Noce, ...older } = event
  expect(signEvent({ ...older, Noce }, 'cb-secret')).toBe(Signature)
})

test('an event says what became of a task', () => {
  const about = { eventId: '0123456789', appId: event.AppId, roomId: 'room1', taskId: 'task1' }
  expect(read({ ...event, Signature })).toEqual({ event: { ...about, stage: 'taskStart', errorCode: undefined } })
  const EventData = '{"RoomId":"room1","TaskId":"task1","EventType":1,"ErrorInfo":{"Errorcode":1003001,"Reason":"x"}}'
  const failed = { ...event, EventData }
  expect(read({ ...failed, Signature: signEvent(failed, 'cb-secret') })).toEqual({
    event: { ...about, stage: undefined, errorCode: 1_003_001 },
  })
})

test('an event of another kind is taken, and says nothing', () => {
  const other = { ...event, EventType: 'RecordStarted' }
  expect(read({ ...other, Signature: signEvent(other, 'cb-secret') })).toEqual({ event: undefined })
})

test.each([undefined, null, 'text', {}, { message: 'bWVzc2FnZQ==', signature: 's' }])('%s is no event', (body) => {
  expect(read(body)).toBeUndefined()
})

test.each<[what: string, body: object, code: string]>([
  ['whose signature is of another secret', { ...event, Signature: signEvent(event, 'other') }, 'unauthorized'],
  ['whose signature is of another length', { ...event, Signature: 'x' }, 'unauthorized'],
  ['that was changed', { ...event, EventTime: '1970-07-02T00:00:00Z', Signature }, 'unauthorized'],
  ['of an app that is not ours', { ...event, AppId: 'other', Signature }, 'unauthorized'],
  ['without an id', { ...event, EventId: undefined, Signature }, 'bad-request'],
  ['without a signature', event, 'bad-request'],
])('an event %s is refused', (_, body, code) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ code }) as Error)
})

test('an event whose data is no JSON is refused', () => {
  const broken = { ...event, EventData: '{' }
  expect(() => read({ ...broken, Signature: signEvent(broken, 'cb-secret') })).toThrow('not valid')
})
