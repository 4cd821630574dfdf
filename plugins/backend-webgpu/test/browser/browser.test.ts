import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reference } from '@hillock/core'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { chromium } from 'playwright-core'
import { losses } from '../training.ts'
import type { Report } from './page/checks.ts'
import { serve } from './serve.ts'

jest.setTimeout(300_000)

const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** SwiftShader emulates a GPU where there is none. */
const withGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

if (executable === undefined) test.skip('in a browser (there is no chromium on this machine)', () => {})
else inBrowser(executable)

/** Bundles a page as a user would, with Vite as it comes, and runs it. */
function inBrowser(executablePath: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-browser-'))

  beforeAll(() => {
    const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
    const page = fileURLToPath(new URL('page', import.meta.url))
    const args = [vite, 'build', page, '--base', './', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function visit(args: readonly string[], where: 'inPage' | 'inWorker', programs: number): Promise<Report> {
    const [server, browser] = [await serve(folder), await chromium.launch({ executablePath, args: [...args] })]
    try {
      const page = await browser.newPage()
      await page.goto(server.url)
      type Checks = Record<typeof where, (programs: number) => Promise<Report>>
      return await page.evaluate(({ where, programs }) => (globalThis as unknown as Checks)[where](programs), {
        where,
        programs,
      })
    } finally {
      await browser.close()
      server.close()
    }
  }

  const near = (found: readonly number[], wanted: readonly number[]) =>
    expect(found.map((loss, i) => Math.abs(loss / wanted[i]! - 1) < 1e-6)).toEqual(wanted.map(() => true))

  describe('in a browser', () => {
    test('a page conforms and trains', async () => {
      const report = await visit(withGpu, 'inPage', 10)
      expect(report).toMatchObject({ availability: { available: true }, failures: [] })
      expect(report.passed).toBeGreaterThan(100)
      near(report.losses, await losses(reference()))
    })

    test('a worker trains', async () => {
      const report = await visit(withGpu, 'inWorker', 0)
      expect(report).toMatchObject({ availability: { available: true } })
      near(report.losses, await losses(reference()))
    })

    test('a browser without a GPU says why', async () => {
      const { availability } = await visit(['--disable-gpu'], 'inPage', 0)
      expect(availability).toMatchObject({ available: false, reason: expect.stringMatching(/WebGPU|GPU/) })
    })
  })
}
