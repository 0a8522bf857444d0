import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { Router, type RequestHandler } from 'express'
import helmet from 'helmet'

/** Pages come from here alone, styles may be inline (both viewers write them), and workers from memory. */
const security = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      workerSrc: ["'self'", 'blob:'],
      // A page on a home network has no other address than http.
      upgradeInsecureRequests: null,
    },
  },
})

const own = dirname(fileURLToPath(import.meta.url))
const packageFolder = (name: string) => dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)))
const cached = { maxAge: '1h', index: false } as const

/** The API's documentation for people, and the pages of one-time links; all of it from this machine. */
export function pages(openApi: object): Router {
  const router = Router()
  const assets = express.static(own, { ...cached, extensions: false })
  router.get('/openapi.json', security, (_request, response) => void response.json(openApi))
  router.get('/swagger/', security, page('swagger.html'))
  router.get('/redoc/', security, page('redoc.html'))
  router.get('/tour', security, page('tour.html'))
  router.get('/setup', security, page('setup.html'))
  router.get('/password', security, page('password.html'))
  router.get('/reset', security, page('reset.html'))
  router.get('/verify-email', security, page('verify-email.html'))
  router.get(
    ['/pages/swagger.js', '/pages/one-time-link.js', '/pages/tour.js', '/pages/page.css'],
    (request, response, next) => {
      request.url = request.url.replace(/^\/pages/, '')
      assets(request, response, next)
    },
  )
  router.use('/swagger/assets', security, express.static(packageFolder('swagger-ui-dist'), cached))
  router.use('/redoc/assets', security, express.static(`${packageFolder('redoc')}/bundles`, cached))
  return router
}

function page(file: string): RequestHandler {
  return (_request, response, next) => {
    response.sendFile(file, { root: own, cacheControl: false }, (error) => error && next(error))
  }
}
