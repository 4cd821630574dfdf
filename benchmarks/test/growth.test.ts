import { expect, test } from '@jest/globals'
import { checkClaim } from '../src/suites/growth.ts'

const curve = (ms: (density: number) => number) => ({
  over: 'density',
  points: [0.01, 0.05, 0.1, 0.2, 0.5, 1].map((x) => {
    const median = ms(x)
    return { x, ms: { p25: median, median, p75: median, count: 1 }, peakMiB: 0 }
  }),
})

test('linear and then flat is found to be that', () => {
  const { worst, flat } = checkClaim(curve((x) => 1 + 20 * Math.min(x, 0.15)))
  expect(worst).toBeCloseTo(0)
  expect(flat).toBeCloseTo(1)
})

test('what bends below and grows above is found to do so', () => {
  const { worst, flat } = checkClaim(curve((x) => 0.1 + x * x))
  expect(worst).toBeGreaterThan(0.01)
  expect(flat).toBeGreaterThan(5)
})
