import { type FiringRate, type Output, type RatePenalty, type Runtime, ratePenalty, type Tensor } from '@hillock/core'

/** What the firing rates of the hidden layers cost in all, and what that adds to the adjoint of what a layer gave out. */
export interface Penalties {
  readonly penalty: number
  readonly bias: (index: number) => Tensor | undefined
}

export async function penalties(
  runtime: Runtime,
  outputs: readonly Output[],
  regularize: FiringRate | undefined,
): Promise<Penalties> {
  if (regularize === undefined) return { penalty: 0, bias: () => undefined }
  const hidden: RatePenalty[] = []
  for (const output of outputs.slice(0, -1)) hidden.push(await ratePenalty(runtime, output, regularize))
  return {
    penalty: hidden.reduce((sum, { penalty }) => sum + penalty, 0),
    bias: (index) => hidden[index]?.signal,
  }
}
