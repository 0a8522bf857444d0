import { Router } from 'express'
import helmet from 'helmet'

/** Answers are data: a browser that opens one shows it, runs nothing, and tells nobody where it was. */
const forData = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  strictTransportSecurity: false,
})

const aYear = 'max-age=31536000'

/** What every answer says to browsers; that this host is reached by HTTPS only, where it is. */
export function secureHeaders(): Router {
  return Router().use(forData, (request, response, next) => {
    // Behind trusted proxies this is what they say; a home network has no certificate to insist on.
    if (request.secure) response.setHeader('Strict-Transport-Security', aYear)
    next()
  })
}
