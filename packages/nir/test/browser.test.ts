import { chromium, onPage, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import './page/read.ts'
import type { RoundTrip } from './page/read.ts'

jest.setTimeout(300_000)

const here = () => (globalThis as unknown as { roundTrip(): RoundTrip }).roundTrip()

whereFound('in a browser', chromium, () => {
  test('a page, bundled with Vite as it comes, writes the same bytes as Node and reads them', async () => {
    const found = await onPage(new URL('page', import.meta.url), (page) =>
      page.evaluate(() => (globalThis as unknown as { roundTrip(): RoundTrip }).roundTrip()),
    )
    expect(found).toEqual(here())
  })
})
