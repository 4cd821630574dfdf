import type { Network, Snapshot } from '@hillock/core'
import type { LayerPass, Tensor } from '@hillock/core/learner'
import type { SourcePart } from '@hillock/core/network'

/** A matrix of weights, as what it costs. */
export interface Matrix {
  /** For each input by how many weights that are not 0 it goes on. */
  readonly fanOut: Float64Array
  /** By how many weights all inputs go on. */
  readonly all: number
}

/** A matrix, and what it is multiplied by over a time. */
export interface Call {
  readonly matrix: Matrix
  readonly tensor: Tensor
  readonly steps: number
}

/** All matrices of a network. */
export interface Matrices {
  /** The share of weights that are 0, rounded to four places. */
  readonly sparsity: number
  /** Those between layers, with what came in. */
  readonly fed: (passes: readonly LayerPass[]) => readonly Call[]
  /** Those within layers, with the spikes that come back a step later. */
  readonly recurrent: (passes: readonly LayerPass[]) => readonly Call[]
}

export function matricesOf(network: Network, snapshot: Snapshot): Matrices {
  const within = new Map<string, Matrix>()
  const fed = new Map<SourcePart, Matrix>()
  let [zeros, weights] = [0, 0]
  const seen = new Set<string>()
  /** Weights that are shared count once. */
  const valuesOf = (name: string): ArrayLike<number> => {
    const { values } = snapshot.get(name)!
    if (seen.has(name)) return values
    seen.add(name)
    weights += values.length
    for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++
    return values
  }
  for (const { name, size, neuron, sources } of network.layers) {
    for (const part of sources.flatMap(({ parts }) => parts)) {
      if (isProduct(part)) fed.set(part, matrixOf(part, valuesOf(part.weight)))
    }
    if (neuron.recurrence === undefined) continue
    const own = valuesOf(`${name}.recurrent`)
    within.set(name, neuron.recurrence.to === 'layer' ? dense(own, size, size) : dense(own, size, 1))
  }
  return {
    sparsity: weights === 0 ? 0 : Math.round((1e4 * zeros) / weights) / 1e4,
    fed: (passes) =>
      passes.flatMap((pass) =>
        pass.fed.flatMap(({ source, values }) =>
          source.parts.flatMap((part, i) => {
            const matrix = fed.get(part)
            return matrix === undefined ? [] : [{ matrix, tensor: values[i]!, steps: pass.batch.steps }]
          }),
        ),
      ),
    recurrent: (passes) =>
      passes.flatMap(({ layer, spikes, batch }) => {
        const matrix = within.get(layer.name)
        return matrix === undefined ? [] : [{ matrix, tensor: spikes, steps: batch.steps }]
      }),
  }
}

const isProduct = (part: SourcePart): part is SourcePart & { readonly weight: string } =>
  part.weight !== undefined && !part.link.normalized

function dense(values: ArrayLike<number>, inputs: number, units: number): Matrix {
  const fanOut = new Float64Array(inputs)
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) fanOut[Math.floor(i / units)]!++
  return { fanOut, all: inputs * units }
}

/** Of a wiring each pair of sites is a product: padding costs nothing. */
function matrixOf({ link: { wiring, weights } }: SourcePart, values: ArrayLike<number>): Matrix {
  if (wiring === undefined) return dense(values, weights[0]!, weights[1]!)
  const { from, to, diagonal, site, slot } = wiring
  // How many weights of each row are not 0; a vector has one for each channel.
  const width = diagonal ? 1 : to.width
  const rows = dense(values, values.length / width, width).fanOut
  const fanOut = new Float64Array(from.count * from.width)
  for (const [pair, p] of site.entries()) {
    for (let c = 0; c < from.width; c++) fanOut[p * from.width + c]! += rows[slot[pair]! * from.width + c]!
  }
  return { fanOut, all: site.length * from.width * width }
}
