import type { Runtime, Tensor } from '@hillock/core/learner'
import { program, runOnce } from './programs.ts'

const share = program({
  name: 'share',
  inputs: ['sum'],
  params: ['whole'],
  state: { weight: 0 },
  equations: 'weight = where(sum > 0, weight * (whole / sum), weight)',
})

/** Scales each neuron's weights, a column of [inputs, units], so that they add up to `total`: its synapses compete for a fixed resource. */
export function shareColumns(runtime: Runtime, weight: Tensor, total: number): void {
  const { backend } = runtime
  const [inputs, units] = weight.shape as [number, number]
  const [row, column] = [runtime.temporary([1, inputs]), runtime.temporary([inputs, 1])]
  const ones = new Float32Array(inputs).fill(1)
  backend.write(row, ones)
  backend.write(column, ones)
  const [sums, spread] = [runtime.temporary([1, units]), runtime.temporary([inputs, units])]
  backend.matmul(row, weight, sums)
  backend.matmul(column, sums, spread)
  runOnce(runtime, share, { whole: total }, { sum: spread }, { weight })
}
