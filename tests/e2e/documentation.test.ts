import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setupToken, startPlatform, type Platform } from '../platform.ts'
import { logIn, openApi, readToken, signUp } from './api.ts'
import { openBrowser } from './browser.ts'

const stack = new AsyncDisposableStack()
let platform: Platform
let browser: Browser

beforeAll(async () => {
  ;[platform, browser] = await Promise.all([startPlatform(), openBrowser()])
  stack.use(platform)
  stack.defer(() => browser.close())
  await signUp(openApi(platform.apiUrl), 'ada')
}, 60_000)
afterAll(() => stack.disposeAsync())

/** A page that must load everything from Parley itself, and complain about nothing. */
async function open(path: string): Promise<{ page: Page; elsewhere: string[]; complaints: string[] }> {
  const page = await browser.newPage()
  const [elsewhere, complaints]: [string[], string[]] = [[], []]
  page.on('requestfinished', (request) => {
    const url = request.url()
    if (!url.startsWith(platform.apiUrl) && !/^(data|blob):/.test(url)) elsewhere.push(url)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // ReDoc would show its maker's logo, from its maker's server: it is not let.
    if (message.type() === 'error' && !message.text().includes('redoc/logo')) complaints.push(message.text())
  })
  await page.goto(`${platform.apiUrl}${path}`)
  return { page, elsewhere, complaints }
}

test('Swagger UI: one logs in by password, and "try it" asks as that user', async () => {
  const { page, elsewhere, complaints } = await open('/swagger/')
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  await page.locator('#oauth_username').fill('ada')
  await page.locator('#oauth_password').fill('correct horse battery')
  await page.locator('.modal-ux').getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await page.locator('.modal-ux').getByText('Authorized', { exact: false }).first().waitFor()
  await page.locator('.modal-ux').getByRole('button', { name: 'Close' }).first().click()

  const operation = page.locator('#operations-Account-me')
  await operation.click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  const body = operation.locator('.live-responses-table .highlight-code').first()
  await body.waitFor()
  expect(await body.textContent()).toContain('"username": "ada"')
  expect([elsewhere, complaints]).toEqual([[], []])
  await page.close()
}, 60_000)

test('ReDoc shows the operations', async () => {
  const { page, elsewhere, complaints } = await open('/redoc/')
  for (const path of ['/auth/login', '/api/device/bind', '/api/v1/agents'])
    await page.getByText(path, { exact: true }).first().waitFor()
  expect(await page.title()).toContain('Parley')
  expect([elsewhere, complaints]).toEqual([[], []])
  await page.close()
}, 60_000)

test('the tour: every command works, and shows what stands below it', async () => {
  const { page, elsewhere, complaints } = await open('/tour')
  const steps = await page
    .locator('pre')
    .evaluateAll((blocks) => blocks.map(({ className, textContent }) => ({ className, text: textContent })))
  const dir = await mkdtemp(join(tmpdir(), 'parley-tour-'))
  // One shell, as one has when one types them; a line tells the steps apart.
  const commands = steps.map(({ className, text }) => (className === 'run' ? text : 'echo; echo ====')).join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', commands], { cwd: dir })
  await rm(dir, { recursive: true })
  const seen = steps.filter(({ className }) => className === 'seen').map(({ text }) => text)
  expect(seen.length).toBeGreaterThan(7)
  const outputs = stdout.split('\n====\n')
  for (const [step, text] of seen.entries()) expect(outputs[step]).toContain(text)
  expect([elsewhere, complaints]).toEqual([[], []])
  await page.close()
}, 60_000)

test('the set-up link makes the first administrator', async () => {
  const { page, complaints } = await open(`/setup#${setupToken()}`)
  await page.getByLabel('Name').fill('boss')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('boss is the administrator now').waitFor()
  expect(complaints).toEqual([])
  await page.close()
}, 60_000)

test('a link to a new password sets it', async () => {
  const api = openApi(platform.apiUrl)
  const { userId } = await readToken(await signUp(api, 'forgetful'))
  const { body } = await (await logIn(api, 'boss')).call('POST', `/api/v1/admin/users/${userId}/password-link`)
  const { page, complaints } = await open(new URL(String(body['link'])).href.replace(/^https?:\/\/[^/]+/, ''))
  await page.getByLabel('Password').fill('a quite new password')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('The password is set').waitFor()
  const credentials = { username: 'forgetful', password: 'a quite new password' }
  expect((await api.call('POST', '/api/user/login', credentials)).status).toBe(200)
  expect(complaints).toEqual([])
  await page.close()
}, 60_000)
