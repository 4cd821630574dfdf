import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '@hillock/testing'
import { afterAll, beforeAll, expect } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { serve } from './serve.ts'

/** The page as it is built. */
export const site = fileURLToPath(new URL('../dist/', import.meta.url))

/** A browser for the tests around it, and the page in it. No test may leave a complaint on its console. */
export function browsing() {
  let browser: Browser
  const complaints: string[] = []
  /** Files that the page has asked for since it was visited. */
  const loaded: string[] = []
  const opened: (() => void)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'hillock-playground-'))

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    for (const close of opened) close()
    rmSync(folder, { recursive: true, force: true })
    // what a policy forbids is told on the console too
    expect(complaints).toEqual([])
  })

  async function visit(hash: string, isolated: boolean, by = browser): Promise<Page> {
    loaded.length = 0
    const { url, close } = await serve(site, isolated, (path) => loaded.push(path))
    opened.push(close)
    const page = await by.newPage({ viewport: { width: 320, height: 700 }, colorScheme: 'dark' })
    await page.addInitScript(() => {
      const tasks: number[] = []
      new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration))
      }).observe({ entryTypes: ['longtask'] })
      Object.assign(globalThis, { tasks })
    })
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('request', (request) => !request.url().startsWith(url) && complaints.push(request.url()))
    await page.goto(`${url}#${hash}`)
    return page
  }
  return { visit, loaded, folder }
}
