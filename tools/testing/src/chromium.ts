import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium as playwright } from 'playwright-core'
import type { Need } from './where-found.ts'

const executablePath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path))

/** What tests in a browser need. */
export const chromium: Need = { found: executablePath !== undefined, missing: 'there is no chromium on this machine' }

/**
 * Chromium of this machine, without a window, with a profile of its own, and quiet on the network. `gpu` are its arguments for a GPU.
 * Default: none is used.
 */
export function launchChromium(gpu: readonly string[] = ['--disable-gpu']): Promise<Browser> {
  const args = ['quic', 'background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`)
  return playwright.launch({
    executablePath: executablePath!,
    args: [...args, ...gpu, '--no-first-run'],
    chromiumSandbox: false,
  })
}
