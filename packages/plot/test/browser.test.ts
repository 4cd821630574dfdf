import { chromium, onPage, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import type { Drawn } from './page/draw.ts'

jest.setTimeout(300_000)

whereFound('in a browser', chromium, () => {
  test('a page, bundled with Vite as it comes, draws SVG, and refuses to draw PNG', async () => {
    const drawn = await onPage(new URL('page', import.meta.url), (page) =>
      page.evaluate(() => (globalThis as unknown as { draw(): Promise<Drawn> }).draw()),
    )
    expect(drawn).toMatchObject({ images: 1, code: 'HILLOCK_UNSUPPORTED' })
    expect(drawn.texts).toEqual(expect.arrayContaining(['in a page', 'layer1', 'time step']))
  })
})
