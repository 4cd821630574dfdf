import {
  type Backward,
  type BackwardOptions,
  backward,
  type LayerPass,
  type Runtime,
  type Signals,
} from '@hillock/core'

/** The error goes back layer by layer through the transposed weights, from the last layer's output to the first layer's weights. */
export async function throughLayers(
  runtime: Runtime,
  passes: readonly LayerPass[],
  error: Signals,
  optionsOf: (pass: LayerPass) => BackwardOptions,
): Promise<Backward[]> {
  const results: Backward[] = []
  let signals = error
  for (const pass of passes.toReversed()) {
    const result = await backward(runtime, pass, signals, { ...optionsOf(pass), input: pass.layer.index > 0 })
    results.push(result)
    if (result.input) signals = { spike: result.input }
  }
  return results
}
