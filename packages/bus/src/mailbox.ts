import { createInbox, type Msg, type NatsConnection } from 'nats'

/**
 * One wildcard subscription that serves every open stream of a connection: an address is handed out per stream, and
 * messages go to whoever opened it. A subscription per stream would cost the server two commands per reply.
 */
export type Mailbox = {
  open: (deliver: (message: Msg) => void) => { address: string; close: () => void }
}

/** @param prefix what addresses begin with */
export function openMailbox(connection: NatsConnection, prefix: string): Mailbox {
  const base = createInbox(prefix)
  const receivers = new Map<string, (message: Msg) => void>()
  let count = 0

  connection.subscribe(`${base}.*`, {
    callback: (error, message) => {
      if (error) return
      receivers.get(message.subject.slice(base.length + 1))?.(message)
    },
  })

  return {
    open: (deliver) => {
      const id = (++count).toString(36)
      receivers.set(id, deliver)
      return { address: `${base}.${id}`, close: () => receivers.delete(id) }
    },
  }
}
