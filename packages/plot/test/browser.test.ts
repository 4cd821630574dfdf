import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, launchChromium, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import type { Drawn } from './page/draw.ts'

jest.setTimeout(300_000)

whereFound('in a browser', chromium, () => {
  test('a page, bundled with Vite as it comes, draws SVG, and refuses to draw PNG', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hillock-plot-'))
    const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
    const source = fileURLToPath(new URL('page', import.meta.url))
    const args = [vite, 'build', source, '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      await page.route('http://page.test/**', (route) =>
        route.fulfill({ path: join(folder, new URL(route.request().url()).pathname) }),
      )
      await page.goto('http://page.test/index.html')
      const drawn = await page.evaluate(() => (globalThis as unknown as { draw(): Promise<Drawn> }).draw())
      expect(drawn).toMatchObject({ images: 1, code: 'HILLOCK_UNSUPPORTED' })
      expect(drawn.texts).toEqual(expect.arrayContaining(['in a page', 'layer1', 'time step']))
    } finally {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
