import type { Tensor } from '../backend.ts'
import { type AdjointOptions, type Backward, backward } from './backward.ts'
import type { Runtime } from './contract.ts'
import type { Signals } from './output-error.ts'
import type { LayerPass } from './pass.ts'
import { sendDown } from './send-back.ts'

/** Options of `throughLayers`. */
export interface ThroughOptions {
  /** Options of `adjoints` for a layer, by its pass. Default: none. */
  readonly of?: (pass: LayerPass) => AdjointOptions
  /** [N], added to the adjoint of what the layer of this index gave out. Default: nothing. */
  readonly bias?: (index: number) => Tensor | undefined
}

/**
 * The error goes back layer by layer through the transposed weights, from the last layer's output to the first layer's weights; what several
 * layers read gets the sum of what they send back.
 */
export async function throughLayers(
  runtime: Runtime,
  passes: readonly LayerPass[],
  error: Signals,
  { of, bias }: ThroughOptions = {},
): Promise<Backward[]> {
  const results: Backward[] = []
  const sent = new Map<number, Tensor>()
  for (const pass of passes.toReversed()) {
    const spike = sent.get(pass.layer.index)
    const reach = of?.(pass)
    const result = await backward(runtime, pass, spike ? { spike } : error, reach)
    results.push(result)
    sendDown(runtime, pass, result.currents, sent, { bias, reach })
  }
  return results
}
