import cors from 'cors'
import { Router, type RequestHandler } from 'express'

/** Lets pages of these origins use the API; `*` is any. They authenticate by token, never by cookie. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    exposedHeaders: ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'ETag', 'Idempotency-Replayed'],
    maxAge: 600,
  })
}

/** Lets any page use the RTC rooms: the vendor's demo front end comes from a port of its own. */
export function allowDemo(): RequestHandler {
  return Router().use(['/getScenes', '/proxy'], allowOrigins(['*']))
}

/** The same for WebSockets, where a browser asks nobody: our own pages, and those of these origins. */
export function mayConnect(origins: readonly string[]): (origin: string, host: string | undefined) => boolean {
  return (origin, host) => {
    if (origins.includes('*') || origins.includes(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === host
  }
}
