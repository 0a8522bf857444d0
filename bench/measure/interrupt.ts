/** Ctrl-C ends the run, and the handlers of `exit` everything that it has started. */
export function endOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
}
