export { logVariables, openBus, openedApp, serviceVariables, type App, type Given } from './app.ts'
export { breakerDefaults, createBreaker, type Breaker, type BreakerSettings } from './breaker.ts'
export {
  ConfigError,
  flag,
  list,
  port,
  readConfig,
  Secret,
  secret,
  variable,
  wholeNumber,
  type ConfigOf,
  type ReadSoFar,
  type Variable,
} from './config.ts'
export { openHealth, type Health } from './health.ts'
export { createHttpApp, toHttpProblem } from './http.ts'
export { createIdentities } from './identities.ts'
export { listen, type Listening } from './listen.ts'
export { createLogger, type Logger } from './logger.ts'
export { createPublicFetch } from './public-fetch.ts'
export { readBounded } from './read-bounded.ts'
export { openRedis, redisVariables, rethrowRedisError, type RedisStore } from './redis.ts'
export { repeat } from './repeat.ts'
export { runService } from './run-service.ts'
export { createRefusalNotes, type NoteRefusal } from './refusals.ts'
export { serveErasing } from './erasing.ts'
export { connectDatabase, type Database } from './database/connect.ts'
export { drift } from './database/diff.ts'
export { rethrowDatabaseError } from './database/rethrow-database-error.ts'
export {
  databaseVariables,
  openDatabase,
  optionalDatabaseVariables,
  runMigrations,
  type ServiceTables,
} from './service-database.ts'
export { createVendorFetch } from './vendor-fetch.ts'
export { keepAlive, refuseUpgrade } from './websocket.ts'
