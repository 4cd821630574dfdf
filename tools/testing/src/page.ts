import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'

/** Bundles a folder with an index.html as a user would, with Vite as it comes. Returns a temporary folder, to be removed by the caller. */
export function bundlePage(source: URL): string {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-page-'))
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
  const options = ['--base', './', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
  const args = [vite, 'build', fileURLToPath(source), ...options]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status === 0 && stderr === '') return folder
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`the page cannot be built: ${stderr}`)
}

/** Opens such a folder as a page in Chromium. */
export async function onPage<T>(source: URL, use: (page: Page) => Promise<T>): Promise<T> {
  const folder = bundlePage(source)
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.route('http://page.test/**', (route) =>
      route.fulfill({ path: join(folder, new URL(route.request().url()).pathname) }),
    )
    await page.goto('http://page.test/index.html')
    return await use(page)
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
