import { mackeyGlass, mackeyGlassSpans, smape } from '@hillock/datasets'
import { expect, test } from '@jest/globals'
import { echoState } from '../src/mackey-glass/echo-state.ts'
import { ridge } from '../src/mackey-glass/ridge.ts'
import { spiking } from '../src/mackey-glass/spiking.ts'
import { mackeyGlassSuite } from '../src/suites/mackey-glass.ts'

test('ridge regression finds the weights, and smaller ones with a penalty', () => {
  const rows = [
    [1, 0, 2],
    [0, 1, 1],
    [1, 1, 0],
    [2, 1, 1],
  ].map((row) => Float64Array.from(row))
  const wanted = rows.map(([a, b, c]) => 3 * a! - b! + 0.5 * c!)
  const found = ridge(rows, wanted, 1e-9)
  for (const [i, weight] of [3, -1, 0.5].entries()) expect(found[i]).toBeCloseTo(weight, 5)
  // by hand: (1 + 1) w = 2
  expect(ridge([Float64Array.of(1)], [2], 1)[0]).toBeCloseTo(1, 12)
})

test('an echo-state network goes on alone from where the series stood', () => {
  const data = mackeyGlass({ train: 6, test: 1 })
  const { next, alone } = echoState(data, { neurons: 150, penalty: 1e-6 })
  expect(alone[0]).toBe(next[0])
  expect(smape(next, data.test.targets)).toBeLessThan(0.5)
  expect(smape(Array.from(alone).slice(0, 20), data.test.targets.subarray(0, 20))).toBeLessThan(2)
})

test('a spiking net goes on alone from where the series stood', async () => {
  const data = mackeyGlassSpans({ train: 6, test: 2 })
  const { test } = data.series
  const { next, alone } = await spiking(data, { neurons: 32, epochs: 60, rate: 1e-2 })
  expect(alone[0]).toBe(next[0])
  expect(smape(next, test.targets)).toBeLessThan(smape(test.images, test.targets) / 3)
  const [soon, still] = [test.targets.subarray(0, 20), new Float32Array(20).fill(test.images[0]!)]
  expect(smape(Array.from(alone).slice(0, 20), soon)).toBeLessThan(smape(still, soon) / 3)
})

test('the suite compares both on the same starts', async () => {
  const { figures, tables } = await mackeyGlassSuite({
    starts: [2, 1],
    echoState: { neurons: 40 },
    spiking: { neurons: 24, epochs: 4 },
  })
  const { measured } = figures as { measured: { starts: number; errors: { next: number; alone: number }[] }[] }
  expect(measured.map(({ starts }) => starts)).toEqual([2, 1, 2])
  const [echo, spiking, plain] = measured.map(({ errors }) => errors[0]!)
  expect(echo!.next).toBeLessThan(plain!.next / 5)
  expect(spiking!.next).toBeLessThan(plain!.next)
  expect(tables).toMatch(/^\| method \| starts \|/)
})
