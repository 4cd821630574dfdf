import type { Batch, Runtime, Tensor } from '@hillock/core/learner'

/** How rewards of later steps count. */
export interface ReturnOptions {
  /** What is left of an eligibility trace after a step, from 0 to 1. Default: 1. */
  readonly keep?: number
  /** What is expected at each step on. Default: a running mean of what came. */
  readonly expected?: number
  /** What a batch leaves of that mean, from 0 to 1. Default: 0.9. */
  readonly memory?: number
}

/**
 * How much better it went than expected after each step, [T, B, 1]: G[t] = sum over s >= t of keep^(s - t) reward[s], less what is expected. An eligibility
 * trace, of which `keep` is left after a step, meets each reward as it comes; the sum of that is each credit times G. So no trace has to be
 * kept for a synapse. `rewards`: [B], at the last step, or [B, T].
 */
export async function returns(
  runtime: Runtime,
  { steps, size }: Batch,
  rewards: ArrayLike<number>,
  { keep = 1, expected, memory = 0.9 }: ReturnOptions,
): Promise<Tensor> {
  const { backend } = runtime
  const perStep = rewards.length === steps * size
  const found = new Float64Array(steps * size)
  for (let b = 0; b < size; b++) {
    let sum = 0
    for (let t = steps - 1; t >= 0; t--) {
      const reward = perStep ? rewards[b * steps + t]! : t === steps - 1 ? rewards[b]! : 0
      sum = keep * sum + reward
      found[t * size + b] = sum
    }
  }
  const means = Array.from({ length: steps }, (_, t) => mean(found.subarray(t * size, (t + 1) * size)))
  const usual = expected === undefined ? await running(runtime, means, memory) : means.fill(expected)
  const gain = runtime.temporary([steps, size, 1])
  backend.write(
    gain,
    found.map((value, i) => value - usual[Math.floor(i / size)]!),
  )
  return gain
}

/** The running means before this batch, which moves them; of the first batch its own. */
async function running(runtime: Runtime, means: readonly number[], memory: number): Promise<readonly number[]> {
  // The sums of means and of their weights (as the moments of Adam).
  const tensor = runtime.tensor(`reward.expected${means.length}`, [means.length + 1])
  const sums = await runtime.backend.read(tensor)
  const weight = sums.at(-1)!
  const moved = [...means, 1].map((value, t) => memory * sums[t]! + (1 - memory) * value)
  runtime.backend.write(tensor, moved)
  return weight === 0 ? means : means.map((_, t) => sums[t]! / weight)
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
