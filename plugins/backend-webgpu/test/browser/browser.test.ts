import { rmSync } from 'node:fs'
import { reference } from '@hillock/core'
import { bundlePage, chromium, launchChromium, whereFound } from '@hillock/testing'
import { afterAll, expect, jest, test } from '@jest/globals'
import { losses } from '../training.ts'
import type { Report } from './page/checks.ts'
import { serve } from './serve.ts'

jest.setTimeout(300_000)

/** SwiftShader emulates a GPU where there is none. */
const withGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

whereFound('in a browser', chromium, () => {
  const folder = bundlePage(new URL('page', import.meta.url))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function visit(gpu: readonly string[], where: 'inPage' | 'inWorker', thorough: boolean): Promise<Report> {
    const [server, browser] = [await serve(folder), await launchChromium(gpu)]
    try {
      const page = await browser.newPage()
      await page.goto(server.url)
      type Checks = Record<typeof where, (thorough: boolean) => Promise<Report>>
      return await page.evaluate(({ where, thorough }) => (globalThis as unknown as Checks)[where](thorough), {
        where,
        thorough,
      })
    } finally {
      await browser.close()
      server.close()
    }
  }

  const near = (found: readonly number[], wanted: readonly number[]) =>
    expect(found.map((loss, i) => Math.abs(loss / wanted[i]! - 1) < 1e-6)).toEqual(wanted.map(() => true))

  test('a page conforms and trains', async () => {
    const report = await visit(withGpu, 'inPage', true)
    expect(report).toMatchObject({ availability: { available: true }, failures: [] })
    expect(report.passed).toBeGreaterThan(100)
    near(report.losses, await losses(reference()))
  })

  test('a worker trains', async () => {
    const report = await visit(withGpu, 'inWorker', false)
    expect(report).toMatchObject({ availability: { available: true } })
    near(report.losses, await losses(reference()))
  })

  test('a browser without a GPU says why', async () => {
    const { availability } = await visit(['--disable-gpu'], 'inPage', false)
    expect(availability).toMatchObject({ available: false, reason: expect.stringMatching(/WebGPU|GPU/) })
  })
})
