import { rmSync } from 'node:fs'
import { wasm } from '@hillock/backend-wasm'
import { bundlePage, chromium, launchChromium, whereFound } from '@hillock/testing'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { losses } from '../training.ts'
import type { Report } from './page/checks.ts'
import { serve } from './serve.ts'

jest.setTimeout(300_000)

/** Bundles a page as a user would, with Vite as it comes, and runs it. */
whereFound('in a browser', chromium, () => {
  const folder = bundlePage(new URL('page', import.meta.url))
  let browser: Browser
  let expected: readonly (readonly number[])[]

  beforeAll(async () => {
    browser = await launchChromium()
    expected = await losses(await wasm({ threads: 1 }))
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function visit(isolated: boolean, where: 'inPage' | 'inWorker', threads?: number): Promise<Report> {
    const server = await serve(folder, { isolated })
    const page = await browser.newPage()
    try {
      await page.goto(server.url)
      type Checks = Record<typeof where, (threads: number | undefined) => Promise<Report>>
      return await page.evaluate(({ where, threads }) => (globalThis as unknown as Checks)[where](threads), {
        where,
        threads,
      })
    } finally {
      await page.close()
      server.close()
    }
  }

  describe.each(['inPage', 'inWorker'] as const)('%s', (where) => {
    test('with cross-origin isolation: several threads, conforming, and the bits of Node', async () => {
      const report = await visit(true, where, 2)
      expect(report).toMatchObject({
        isolated: true,
        threads: 2,
        failures: [],
        skipped: [],
        refused: undefined,
        losses: expected,
      })
      expect(report.passed).toBeGreaterThan(100)
    })

    test('without: one thread, conforming, the bits of Node, and more threads refused', async () => {
      const report = await visit(false, where)
      const refused = 'HILLOCK_UNSUPPORTED'
      expect(report).toMatchObject({
        isolated: false,
        threads: 1,
        failures: [],
        skipped: [],
        refused,
        losses: expected,
      })
      expect(report.passed).toBeGreaterThan(100)
    })
  })
})
