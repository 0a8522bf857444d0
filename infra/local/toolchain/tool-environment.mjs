import { join } from 'node:path'

const quiet = {
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
  SCARF_ANALYTICS: 'false',
  TURBO_TELEMETRY_DISABLED: '1',
  npm_config_update_notifier: 'false',
}
const fromNpm = /^npm_/i
const network =
  /^npm_config_.*(registry|proxy|ca|cafile|cert|key|strict_ssl|auth|userconfig|globalconfig|cache|offline)$/i

/**
 * The environment in which build tools run: Node 24 first in `PATH`, no telemetry, and of what npm sets for its scripts only how the
 * network is reached, so that `--omit=dev`, `--prefix` or `--ignore-scripts` of an outer command do not change what gets installed.
 * @param {string} clone
 * @param {NodeJS.ProcessEnv} outer
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(clone, outer) {
  const kept = Object.entries(outer).filter(
    ([name]) => name !== 'NODE_ENV' && (!fromNpm.test(name) || network.test(name)),
  )
  return { ...Object.fromEntries(kept), ...quiet, PATH: `${join(clone, 'node_modules/.bin')}:${outer.PATH ?? ''}` }
}
