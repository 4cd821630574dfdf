import type { Network, Targeted } from '@hillock/core'

/**
 * A loss of `meanSquaredError` as a part of what it would be for outputs that always give their own mean: the normalised mean squared error, 0
 * where all is right. Undefined for examples without targets, and where there is no loss.
 */
export function normalisedError(loss: number | undefined, examples: object, { layers }: Network): number | undefined {
  if (loss === undefined || !('targets' in examples)) return undefined
  return loss / variance(examples as Targeted, layers.at(-1)!.size)
}

/** The mean over outputs of their targets' variance; steps count as the mask says, examples alike. */
function variance({ targets, mask, count }: Targeted, outputs: number): number {
  const steps = targets.length / (count * outputs)
  const weights = Float64Array.from({ length: count * steps }, () => 1 / (count * steps))
  if (mask && steps > 1)
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let t = 0; t < steps; t++) sum += mask[i * steps + t]!
      for (let t = 0; t < steps; t++) weights[i * steps + t] = mask[i * steps + t]! / (sum * count)
    }
  let total = 0
  for (let o = 0; o < outputs; o++) {
    let [mean, square] = [0, 0]
    weights.forEach((weight, i) => {
      const value = targets[i * outputs + o]!
      mean += weight * value
      square += weight * value * value
    })
    total += (square - mean * mean) / outputs
  }
  return total
}
