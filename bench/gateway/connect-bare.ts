import { connect, type NatsConnection } from 'nats'

/** @param url with name and password, which the package does not read by itself */
export function connectBare(url: string): Promise<NatsConnection> {
  const { host, username: user, password: pass } = new URL(url)
  return connect({ servers: host, noAsyncTraces: true, ...(user !== '' && { user, pass }) })
}
