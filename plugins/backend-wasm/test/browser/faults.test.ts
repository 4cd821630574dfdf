import { rmSync } from 'node:fs'
import { bundlePage, chromium, launchChromium, whereFound } from '@hillock/testing'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import type { Attempt, Outcome } from './page/attempt.ts'
import { type ServeOptions, serve } from './serve.ts'

jest.setTimeout(120_000)

whereFound('where a browser forbids or ends something', chromium, () => {
  const folder = bundlePage(new URL('page', import.meta.url))
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function outcome(what: Attempt, options: Partial<ServeOptions> = {}): Promise<Outcome> {
    const server = await serve(folder, { isolated: true, ...options })
    const page = await browser.newPage()
    try {
      await page.goto(server.url)
      type Page = { attempt(what: Attempt): Promise<Outcome> }
      return await page.evaluate((what) => (globalThis as unknown as Page).attempt(what), what)
    } finally {
      await page.close()
      server.close()
    }
  }

  const works = { found: 256 }
  const refused = (code: string, ...texts: string[]) => ({
    code,
    message: expect.stringMatching(new RegExp(texts.join('[^]*'))),
  })
  const everywhere = (policy: string) => ({ policy: () => policy })

  describe('a content security policy', () => {
    test('that allows WebAssembly and workers is enough for the backend, and not for the reference', async () => {
      const allowed = everywhere("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")
      expect(await outcome({ backend: 'wasm', threads: 1 }, allowed)).toEqual(works)
      expect(await outcome({ backend: 'wasm', threads: 2 }, allowed)).toEqual(works)
      const message = refused('HILLOCK_UNSUPPORTED', "script-src 'unsafe-eval'", 'wasm-unsafe-eval')
      expect(await outcome({ backend: 'reference' }, allowed)).toEqual(message)
      expect(await outcome({ backend: 'reference' }, everywhere("script-src 'self' 'unsafe-eval'"))).toEqual(works)
    })

    test('that forbids WebAssembly is told', async () => {
      const message = refused('HILLOCK_UNSUPPORTED', 'cannot be compiled', "script-src 'wasm-unsafe-eval'")
      expect(await outcome({ backend: 'wasm' }, everywhere("script-src 'self'"))).toEqual(message)
    })

    test('that forbids WebAssembly in threads alone is told', async () => {
      const policy = (path: string) => (path.includes('worker') ? "script-src 'self'" : undefined)
      const message = refused('HILLOCK_WORKER', 'WebAssembly')
      expect(await outcome({ backend: 'wasm', threads: 2 }, { policy })).toEqual(message)
    })

    test('that forbids connections is told', async () => {
      const policy = everywhere("script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'")
      const message = refused('HILLOCK_UNSUPPORTED', 'kernels.*wasm cannot be fetched', "connect-src 'self'")
      expect(await outcome({ backend: 'wasm' }, policy)).toEqual(message)
    })

    test('that forbids workers is told', async () => {
      const policy = everywhere("script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'")
      const message = refused('HILLOCK_WORKER', 'does not start', "worker-src 'self'")
      expect(await outcome({ backend: 'wasm', threads: 2 }, policy)).toEqual(message)
    })
  })

  describe('a file that is not there is told:', () => {
    test('the kernels', async () => {
      const message = refused('HILLOCK_PLUGIN', 'kernels.*wasm was answered with 404', 'serve the folder')
      expect(await outcome({ backend: 'wasm' }, { missing: /\.wasm$/ })).toEqual(message)
    })

    test('the worker', async () => {
      const message = refused('HILLOCK_WORKER', 'does not start', 'does not load', 'worker.js')
      expect(await outcome({ backend: 'wasm', threads: 2 }, { missing: /worker/ })).toEqual(message)
    })
  })

  test.each(['before work', 'at work'] as const)('a thread that is ended %s is an error, not a hang', async (end) => {
    const message = refused('HILLOCK_WORKER', 'failed: it was ended', 'create a new backend')
    expect(await outcome({ backend: 'wasm', threads: 3, end })).toEqual(message)
  })
})
