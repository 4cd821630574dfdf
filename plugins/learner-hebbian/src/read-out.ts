import { type LayerPass, type Runtime, weightNames } from '@hillock/core'
import { lazyWeights, multipliedOut, plainFactors } from './lazy-weights.ts'
import { type OutstarOptions, outstar } from './rules/outstar.ts'
import { countSpike, newCounts } from './spike-counts.ts'

/** Lets the last layer learn by `outstar` what the spikes of the one below stand for; on the host, as only counts are needed. */
export async function readOut(
  runtime: Runtime,
  { layer, input, batch }: LayerPass,
  labels: ArrayLike<number>,
  options: OutstarOptions,
): Promise<void> {
  const { backend } = runtime
  const { inputs, size } = layer
  const summed = runtime.temporary([batch.size, inputs])
  backend.sum(input, summed)
  const counts = await backend.read(summed)
  const weight = runtime.tensor(weightNames(layer, 'input').weight, [inputs, size])
  const wins = runtime.tensor(`${layer.name}/winsBelow`, [inputs])
  const factors = plainFactors(await backend.read(weight), size)
  const weights = lazyWeights(factors, size)
  const winsBelow = Float32Array.from(await backend.read(wins))
  const rule = outstar(options)
  for (let b = 0; b < batch.size; b++) {
    const pre = newCounts(inputs)
    for (let i = 0; i < inputs; i++) {
      if (counts[b * inputs + i] === 0) continue
      countSpike(pre, i)
      winsBelow[i]!++
    }
    const synapses = { weights, wins: new Float32Array(size), winsBelow }
    rule.end!(synapses, { pre, post: newCounts(size), label: labels[b]!, progress: 0 })
  }
  backend.write(weight, multipliedOut(factors, size))
  backend.write(wins, winsBelow)
}
