import type { Backend, Layer, Network } from '@hillock/core'
import { evaluateSetup, evaluateTimeVarying, type RandomKey, type ScanBindings } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import type { ParamValue } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'

/** What a layer did. */
export interface Pass {
  readonly layer: Layer
  readonly input: Tensor
  readonly currents: Readonly<Record<string, Tensor>>
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly values: Pick<ScanBindings, 'setup' | 'timeVarying' | 'initial'>
  readonly random: RandomKey
}

export interface Given {
  /** [T, B, inputs], or [1, B, inputs] for a constant current. */
  readonly input: Tensor
  readonly steps: number
  readonly batch: number
  readonly weights: ReadonlyMap<string, Tensor>
  /** The values of all parameters of a layer's neurons. */
  readonly params: (layer: Layer) => Readonly<Record<string, ParamValue>>
  /** Name of what is read of the last layer. */
  readonly reads: string
  readonly seed: number
  /** Counts batches, so that each draws anew. */
  readonly step: number
}

/** Runs all layers. The tensors that it makes are the caller's to free. */
export function forwardPasses(backend: Backend, { layers }: Network, given: Given): Pass[] {
  const { steps, batch, weights, reads, seed, step } = given
  const passes: Pass[] = []
  let { input } = given
  for (const layer of layers) {
    const { neuron, size, place } = layer
    const currents: Record<string, Tensor> = {}
    for (const name of neuron.definition.inputs) {
      const names = weightNames(layer, name)
      const [weight, bias] = [weights.get(names.weight)!, weights.get(names.bias)]
      const current = backend.alloc([input.shape[0]!, batch, size])
      backend.matmul(input, weight, current, bias ? { bias } : {})
      currents[name] = current
    }
    const read = layer === layers.at(-1) ? [reads] : []
    const outputs = Object.fromEntries(
      [...new Set(['spike', ...statesRead(layer), ...read])].map((name) => {
        const kind = name === 'spike' && neuron.binary ? 'spikes' : 'real'
        return [name, backend.alloc([steps, batch, size], kind)]
      }),
    )
    const values = valuesOf(backend, layer, given.params(layer), steps)
    const random = { seed, stream: stream.noise, step, place }
    const over = { steps, batch, size, inputs: currents, ...values, random }
    backend.scan(neuron.kernels.forward, { ...over, outputs })
    passes.push({ layer, input, currents, outputs, values, random })
    input = outputs.spike!
  }
  return passes
}

/** Names of the states that the backward program reads. */
function statesRead({ neuron }: Layer): string[] {
  const { nodes } = neuron.kernels.reverse().program
  return nodes.flatMap(({ op, name }) => (op === 'state' ? [name!] : []))
}

function valuesOf(
  backend: Backend,
  { neuron, size }: Layer,
  params: Readonly<Record<string, ParamValue>>,
  steps: number,
): Pass['values'] {
  const { definition, kernels } = neuron
  const put = (shape: readonly number[], values: ArrayLike<number>): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    return tensor
  }
  const [setup, initial, timeVarying]: [
    Record<string, number | Tensor>,
    Record<string, number | Tensor>,
    Record<string, Tensor>,
  ] = [{}, {}, {}]
  for (const [name, value] of Object.entries(evaluateSetup(kernels.compiled, params, size))) {
    const bound = typeof value === 'number' ? value : put([size], value)
    ;(Object.hasOwn(definition.state, name) ? initial : setup)[name] = bound
  }
  for (const [name, { perNeuron, values }] of Object.entries(
    evaluateTimeVarying(kernels.compiled, params, steps, size),
  ))
    timeVarying[name] = put(perNeuron ? [steps, size] : [steps], values)
  return { setup, timeVarying, initial }
}

/** All that a pass holds, but what came in. */
export const tensorsOf = ({ currents, outputs, values }: Pass): Tensor[] =>
  [currents, outputs, values.setup, values.timeVarying, values.initial]
    .flatMap((record) => Object.values<number | Tensor>(record))
    .filter((value) => typeof value !== 'number')
