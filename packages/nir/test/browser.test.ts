import { chromium, onPage, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { chain, lif, matrix, nir, ports } from './made.ts'
import './page/read.ts'
import type { RoundTrip } from './page/read.ts'

jest.setTimeout(300_000)

const here = () => (globalThis as unknown as { roundTrip(): RoundTrip }).roundTrip()

/** A neuron that leaks a tenth in a step of 1 ms, and fires every third step when it is given 4. */
const file = nir({
  nodes: { ...ports(2), w: { type: 'Linear', weight: matrix(1, 2, [2, 2]) }, n: { ...lif, tau: 0.01 } },
  edges: chain('input', 'w', 'n', 'output'),
})

whereFound('in a browser', chromium, () => {
  test('a page, bundled with Vite as it comes, writes the same bytes as Node; a file dropped on it runs when dt is told', async () => {
    await onPage(new URL('page', import.meta.url), async (page) => {
      const found = await page.evaluate(() => (globalThis as unknown as { roundTrip(): RoundTrip }).roundTrip())
      expect(found).toEqual(here())

      expect(await page.locator('form').isVisible()).toBe(false)
      await page.evaluate(
        (bytes) => {
          const dataTransfer = new DataTransfer()
          dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'net.nir'))
          document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }))
        },
        [...file],
      )
      await page.fill('input', '1e-3')
      await page.click('button')
      await page.waitForFunction(() => document.querySelector('output')!.value !== '')
      // v: 0.4, 0.76, 1.084, and again
      expect(await page.locator('output').textContent()).toBe('6')
    })
  })
})
