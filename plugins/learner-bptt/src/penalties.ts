import {
  type FiringRate,
  type Layer,
  type LayerPass,
  type RatePenalty,
  type Runtime,
  ratePenalty,
  type Tensor,
} from '@hillock/core'

/** What the firing rates of the hidden layers cost in all, and what that adds to the adjoint of each input of a layer. */
export interface Penalties {
  readonly penalty: number
  readonly inputBias: (layer: Layer) => Tensor | undefined
}

export async function penalties(
  runtime: Runtime,
  passes: readonly LayerPass[],
  regularize: FiringRate | undefined,
): Promise<Penalties> {
  if (regularize === undefined) return { penalty: 0, inputBias: () => undefined }
  const hidden: RatePenalty[] = []
  for (const pass of passes.slice(0, -1)) hidden.push(await ratePenalty(runtime, pass, regularize))
  return {
    penalty: hidden.reduce((sum, { penalty }) => sum + penalty, 0),
    inputBias: ({ index }) => hidden[index - 1]?.signal,
  }
}
