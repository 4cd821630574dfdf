import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { chromium, launchChromium, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'

jest.setTimeout(180_000)

const site = new URL('../.vitepress/dist/', import.meta.url)
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' }
const where = 'http://localhost/'

/** Presses the button of the built page, and gives what stands under it when a text is there. */
async function train(gpu: readonly string[] | undefined, awaited: RegExp): Promise<string> {
  const browser = await launchChromium(gpu)
  try {
    const page = await browser.newPage()
    await page.route(`${where}**`, async (route) => {
      const { pathname } = new URL(route.request().url())
      const body = await readFile(new URL(`.${pathname}`, site)).catch(() => undefined)
      await route.fulfill(
        body ? { body, contentType: types[extname(pathname)] ?? 'application/octet-stream' } : { status: 404 },
      )
    })
    await page.goto(`${where}start.html`)
    await page.getByRole('button', { name: 'Train it here' }).click()
    const widget = page.locator('.train-here')
    await widget.filter({ hasText: awaited }).waitFor({ timeout: 120_000 })
    return await widget.innerText()
  } finally {
    await browser.close()
  }
}

whereFound('the first page of the guide in a browser', chromium, () => {
  test('trains on WebGPU where there is one, here an emulated one', async () => {
    const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
    expect(await train(gpu, /batch 3 of 63/)).toMatch(/On WebGPU: .*swiftshader/i)
  })

  test('falls back where there is none, and says why', async () => {
    const shown = await train(undefined, /epoch 2, batch \d+ of 63/)
    expect(shown).toMatch(/On the reference backend, without a GPU: .*(WebGPU|GPU)/)
  })
})
