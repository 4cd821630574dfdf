import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The model that the page saves. */
export async function saved(page: Page) {
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save model.safetensors' }).click()
  return readFile(await (await downloading).path())
}

const cli = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url))

/** What the command says, as a shell in that folder runs it. */
export function runIn(folder: string, command: string) {
  const line = command.replace(/^hillock/, () => `"${process.execPath}" "${cli}"`)
  const { stderr, status } = spawnSync(line, { cwd: folder, encoding: 'utf8', shell: true })
  return { stderr, status }
}

/** Rules of accessibility that axe-core finds broken, and where. */
export async function findings(page: Page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** Drops files on the page. */
export const dropOn = (page: Page, files: Readonly<Record<string, Uint8Array>>) =>
  page.evaluate(
    (files) => {
      const dataTransfer = new DataTransfer()
      for (const [name, bytes] of files) dataTransfer.items.add(new File([Uint8Array.from(bytes)], name))
      dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }))
    },
    Object.entries(files).map(([name, bytes]) => [name, [...bytes]] as const),
  )

/** What the network takes the drawn digit for. */
export const verdict = (page: Page) => page.locator('[data-prediction]').innerText()
