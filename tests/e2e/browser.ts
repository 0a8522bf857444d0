import { findProgram } from '@parley/local-infrastructure'
import { chromium, type Browser } from 'playwright-core'

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real browser without a window, with a fresh profile. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = findProgram('chromium')
  if (!executablePath) throw new Error('chromium is not on this machine: npm test installs it')
  return chromium.launch({ executablePath, headless: true, args: quiet })
}
