import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { drawn, pointsOf } from './drawn.ts'

const at = (path: string) => new URL(path, import.meta.url)
const { current, simulate, draw } = await import(at('../examples/driven-neuron.js').href)

test('the driven neuron of the examples does what the numpy program did', async () => {
  const golden = JSON.parse(await readFile(at('../../testkit/golden/seed003_lif_euler_demo.json'), 'utf8'))
  const { inputs, expected } = golden as { inputs: { I: number[] }; expected: { V: number[]; spike_times: number[] } }
  expect(current).toHaveLength(2000)
  for (const [t, value] of inputs.I.entries()) expect(Math.abs(current[t] - value)).toBeLessThan(1e-12)
  const { v, spikes } = await simulate()
  // there V[t + 1] is what step t leaves behind
  const times = Array.from(spikes as ArrayLike<number>).flatMap((spike, t) => (spike === 0 ? [] : [t + 1]))
  expect(times).toEqual(expected.spike_times)
  for (const [t, value] of expected.V.slice(1).entries()) expect(Math.abs(v[t] - value)).toBeLessThan(1e-5)
})

test('and is drawn with its spikes, in ms', async () => {
  const { texts, marks } = await drawn(await draw())
  expect(marks('rule')).toHaveLength(14)
  expect(marks('line').map(pointsOf)).toEqual([2000, 2, 2000])
  expect(texts).toEqual(expect.arrayContaining(['A neuron driven by a current', 'time (ms)', 'membrane', 'current']))
})
