import type { LayerPass, Runtime } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'

/** How the last layer learns classes. */
export interface ReadoutOptions {
  /** Weight of the newest presentation, from 0 to 1. The n-th time that an input fires it is at least 1/n. Default: 0.02. */
  readonly learningRate?: number
  /** Added to every probability: limits how far one input may rule a class out. From 1e-6 to 1. Default: 0.02. */
  readonly floor?: number
  /** The old name of `learningRate`. @deprecated It is called `learningRate`. */
  readonly rate?: number
}

/**
 * Lets the last layer learn the classes of the spikes of the layer below, as Grossberg's outstar (1976). Whenever input i fires in a
 * presentation, its estimate of each class moves towards the label: P_ic += learningRate * (label_c - P_ic). The weights are log(P_ic + floor).
 * Their sum over spikes is the log-likelihood of a class under independent inputs. Computed on the host: only counts are needed.
 */
export async function readOut(
  runtime: Runtime,
  { layer, input, batch }: LayerPass,
  labels: ArrayLike<number>,
  { learningRate = 0.02, floor = 0.02 }: ReadoutOptions,
): Promise<void> {
  const { backend } = runtime
  const { inputs, size } = layer
  const summed = runtime.temporary([batch.size, inputs])
  backend.sum(input, summed)
  const counts = await backend.read(summed)
  const weight = runtime.tensor(weightNames(layer, 'input').weight, [inputs, size])
  const wins = runtime.tensor(`${layer.name}/winsBelow`, [inputs])
  const weights = (await backend.read(weight)).slice()
  const fired = Float32Array.from(await backend.read(wins))
  for (let b = 0; b < batch.size; b++) {
    for (let i = 0; i < inputs; i++) {
      if (counts[b * inputs + i] === 0) continue
      fired[i]!++
      const part = Math.max(learningRate, 1 / fired[i]!)
      for (let c = 0, at = i * size; c < size; c++, at++) {
        const probability = Math.exp(weights[at]!) - floor
        const told = c === labels[b] ? 1 : 0
        weights[at] = Math.log(probability + part * (told - probability) + floor)
      }
    }
  }
  backend.write(weight, weights)
  backend.write(wins, fired)
}
