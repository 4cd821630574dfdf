import { HillockError } from '@hillock/core'
import * as plot from '@hillock/plot'
import { describe, expect, test } from '@jest/globals'

type Draw = (options: unknown) => unknown
const { toPng, toSvg: _, ...figures } = plot
const drawn = Object.entries(figures) as unknown as [string, Draw][]

/** What a call throws: its code, or the error as it is where it has none. */
function refusal(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error instanceof HillockError ? error.code : error
  }
  return 'accepted'
}

describe.each(drawn)('%s', (name, draw) => {
  test('refuses an option that it does not have, and names it', () => {
    expect(() => draw({ noSuchOption: 1 })).toThrow(`${name} has no option 'noSuchOption'`)
  })

  test('refuses what are no options, and options that are missing', () => {
    for (const wrong of [null, undefined, 3, 'title', [], new Map([[1, 2]]), {}, { title: 3 }])
      expect([wrong, refusal(() => draw(wrong))]).toEqual([wrong, 'HILLOCK_OPTION'])
  })
})

test('what is no list is refused where a list is meant', () => {
  const { raster, membrane, weights } = figures
  const any = (value: unknown) => value as never
  expect(refusal(() => raster({ steps: 2, layers: any('layers') }))).toBe('HILLOCK_OPTION')
  expect(refusal(() => raster({ steps: 2, layers: [{ name: 'input', size: 1, values: any(3) }] }))).toBe(
    'HILLOCK_OPTION',
  )
  expect(refusal(() => membrane({ steps: 2, neurons: [{ name: 'one', membrane: any(undefined) }] }))).toBe(
    'HILLOCK_OPTION',
  )
  expect(refusal(() => weights({ inputs: 1, size: 1, values: any({ 0: 1 }) }))).toBe('HILLOCK_OPTION')
})

test('a PNG has no other option than its scale', async () => {
  await expect(toPng({} as never, { scal: 2 } as object)).rejects.toMatchObject({
    code: 'HILLOCK_OPTION',
    message: "toPng has no option 'scal'\ndid you mean 'scale'?",
  })
})
