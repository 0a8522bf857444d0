import type { Notice } from './process/output.ts'

/** Writes a line for whoever started this; a terminal that has gone away is no reason to stop. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Every sentence that `npm start` and `npm test` say. */
export const texts = {
  help: `npm start -- [options]      run Parley on this machine until Ctrl-C

  --fresh     forget all data first: database, Redis, NATS, recordings
  --docker    run NATS, Redis and PostgreSQL in containers
  --help      this text

Environment, also from a file .env in this folder:
  NATS_URL REDIS_URL DATABASE_URL    use these servers instead of starting them, each on its own
  GATEWAY_PORT DEVICE_HUB_PORT RTC_PROXY_PORT
                                     public ports (8080, 8000, 8105)
  <SERVICE>_INTERNAL_PORT            where a service answers about its health, e.g. AUTH_INTERNAL_PORT
  LOG_LEVEL                          of the services (info); warnings show here, all of it in .parley/logs`,

  unknownArgument: (reason: string) => `${reason}\nnpm start -- --help says what there is.`,
  alreadyRunning: (pid: number, addresses: string[]) =>
    [
      `Parley already runs from this folder (process ${pid}).`,
      ...addresses.map((line) => `  ${line}`),
      'Stop it with Ctrl-C where it runs.',
    ].join('\n'),
  leftovers: (names: string[]) => `Stopping what an earlier run left behind: ${names.join(', ')}`,
  portTaken: (port: number, owner: string, variable: string) =>
    `Port ${port}, which ${owner} wants, is taken by another program. Choose another one: ${variable}=${port + 1000} npm start`,
  badPort: (variable: string, value: string) =>
    `${variable}=${value} is not a port: a whole number from 1 to 65535 is.`,

  installing: (packages: readonly string[]) =>
    `Installing Debian packages: ${packages.join(' ')} (their daemons stay off)`,
  missing: (packages: readonly string[], command: string) =>
    `This machine lacks ${packages.join(', ')}. Install them and try again; on Debian and Ubuntu:\n\n  ${command}\n`,
  noContainerFor: (packages: readonly string[], command: string) =>
    `Containers stand in for the servers, not for ${packages.join(', ')}: without them there is no local speech. They come with\n\n  ${command}\n`,
  stillMissing: (packages: readonly string[]) =>
    `The packages are installed, yet these are nowhere to be found: ${packages.join(', ')}`,
  commandFailed: (command: string, code: number) => `${command} ended with code ${code}; its reason is above.`,
  noDocker: 'No Docker engine answers here, or it lacks `docker compose`: start without --docker.',

  unreadableSecrets: (file: string) =>
    `${file} is damaged. Mend it, or delete it to get new secrets: devices then activate again.`,

  forgetting: 'Forgetting all data',
  starting: (names: readonly string[]) => `Starting ${names.join(', ')}`,
  ended: (name: string, reason: string, delayMs: number) =>
    `${name} ended (${reason}); starting it again in ${delayMs / 1000} s`,
  cannotStart: (name: string, reason: string, log: string, lines: string) =>
    [`${name} does not start: ${reason}.`, `The end of ${log}:`, '', lines].join('\n'),
  notReady: (seconds: number) => `it was not ready within ${seconds} s`,
  endedRepeatedly: (times: number, reason: string) =>
    `it ended ${times} times before it was ready, last with ${reason}`,

  notice: (service: string, { level, text }: Notice) => `[${service}] ${level}: ${text}`,
  ready: (seconds: number, addresses: readonly string[]) =>
    [
      '',
      `Parley is ready (${seconds.toFixed(1)} s).`,
      ...addresses.map((line) => `  ${line}`),
      '',
      'Try, in another terminal:',
      '  npm run talk -- --say "what time is it"',
      '',
      'Ctrl-C stops everything.',
    ].join('\n'),

  checking: (tasks: readonly string[]) => `Running ${tasks.join(', ')}`,

  stopping: 'Stopping (Ctrl-C again kills what takes too long)',
  killing: 'Killing what still runs',
  stopped: 'Stopped.',
} as const
