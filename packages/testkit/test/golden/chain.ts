import type { Backend, Neuron } from '@hillock/core'
import type { Connection, Shape } from '@hillock/core/connections'
import type { Tensor } from '@hillock/core/learner'
import { play, type Run } from '../../src/rig.ts'
import { flat, type Nested, shapeOf } from './harness.ts'

/** A connection, with the weights of a file in the order in which the connection has them. */
export interface Part {
  readonly connection: Connection
  readonly weight?: readonly number[]
  readonly bias?: readonly number[]
}

/** Connections one after another, and the neurons that they drive. */
export interface Layer {
  readonly parts: readonly Part[]
  readonly neuron: Neuron
}

export interface ChainResults {
  /** What the neurons of each layer gave out: `spike` and states, [T, B, N]. */
  readonly outputs: readonly Readonly<Record<string, readonly number[]>>[]
  /** Gradients of each part of each layer. */
  readonly weights: readonly (readonly number[] | undefined)[][]
  readonly biases: readonly (readonly number[] | undefined)[][]
  /** Adjoints of what came into each part of each layer; the first of all is that of x. */
  readonly adjoints: readonly (readonly number[])[][]
}

const count = (shape: Shape) => shape.reduce((product, n) => product * n, 1)

/** Values in another order of axes: axis i of the result is axis `order[i]`. */
export function permuted(values: readonly number[], shape: Shape, order: readonly number[]): number[] {
  const strides = shape.map((_, i) => count(shape.slice(i + 1)))
  const walk = (axis: number, at: number): number[] =>
    axis === order.length
      ? [values[at]!]
      : Array.from({ length: shape[order[axis]!]! }, (_, i) => walk(axis + 1, at + i * strides[order[axis]!]!)).flat()
  return walk(0, 0)
}

/** The last axes of [.., C, H, W] as [.., H, W, C]. */
export function channelsLast(value: Nested): number[] {
  const shape = shapeOf(value)
  const [c, h, w] = [shape.length - 3, shape.length - 2, shape.length - 1]
  return permuted(flat(value), shape, [...shape.slice(0, -3).keys(), h, w, c])
}

/**
 * Runs layers one after another and back, by the calls of a backend: `x` is [T, B, N] spikes of a layer of shape `from`, `signals` the adjoints of
 * what the last layer gives out.
 */
export async function runChain(
  backend: Backend,
  {
    x,
    from,
    steps,
    batch,
  }: { readonly x: readonly number[]; readonly from: Shape; readonly steps: number; readonly batch: number },
  layers: readonly Layer[],
  signals: NonNullable<Run['signals']>,
): Promise<ChainResults> {
  const put = (shape: Shape, values?: ArrayLike<number>, kind?: Tensor['kind']): Tensor => {
    const tensor = backend.alloc(shape, kind)
    if (values) backend.write(tensor, values)
    return tensor
  }
  const read = async (tensor: Tensor) => Array.from(await backend.read(tensor))
  const over = (shape: Shape) => [steps, batch, count(shape)]
  let [shape, source] = [from, put(over(from), x, 'spikes')]
  const outputs: Record<string, number[]>[] = []
  const passed = []
  for (const { parts, neuron } of layers) {
    const links = []
    for (const { connection, weight, bias } of parts) {
      const link = connection.connect(shape)
      const { wiring, to, weights, constant } = link
      const values = weight ?? new Array<number>(count(weights)).fill(constant ?? 0)
      const tensor = weights.length > 0 ? put(weights, values) : undefined
      const out = link.largest || tensor ? put(over(to), undefined, link.largest ? source.kind : 'real') : source
      const options = { ...(wiring && { wiring }), ...(bias && { bias: put([bias.length], bias) }) }
      if (link.largest) backend.largest!(source, wiring!, out)
      else if (tensor) backend.matmul(source, tensor, out, options)
      links.push({ link, source, out, tensor, bias })
      ;[shape, source] = [to, out]
    }
    const { kernels, params } = neuron
    const run: Run = { kernels, params, steps, batch, size: count(shape), inputs: { input: await read(source) } }
    const found = await play(backend, run)
    outputs.push(found)
    source = put(over(shape), found.spike!, 'spikes')
    passed.push({ links, run })
  }
  const results = layers.map(() => ({
    weights: [] as number[][],
    biases: [] as number[][],
    adjoints: [] as number[][],
  }))
  let adjoints = signals
  for (const [at, { links, run }] of [...passed.entries()].toReversed()) {
    const own = results[at]!
    const back = await play(backend, { ...run, signals: adjoints })
    let delta = put(over([run.size]), back['gradient:input']!)
    for (const [i, { link, source, out, tensor, bias }] of [...links.entries()].toReversed()) {
      const { wiring, largest } = link
      const options = wiring ? { wiring } : {}
      const into = largest || tensor ? put(source.shape) : delta
      if (largest) backend.largest!(source, wiring!, out, { signal: delta, into })
      else if (tensor) backend.matmul(delta, tensor, into, { ...options, transposeB: true })
      if (tensor && link.constant === undefined) {
        const gradient = put(tensor.shape)
        backend.matmul(source, delta, gradient, { ...options, transposeA: true })
        own.weights[i] = await read(gradient)
      }
      if (bias) {
        // One for each channel: the sum over all steps, samples and sites.
        const found = new Array<number>(bias.length).fill(0)
        for (const [n, value] of (await read(delta)).entries()) found[n % bias.length]! += value
        own.biases[i] = found
      }
      own.adjoints[i] = await read(into)
      delta = into
    }
    adjoints = { spike: await read(delta) }
  }
  return {
    outputs,
    weights: results.map(({ weights }) => weights),
    biases: results.map(({ biases }) => biases),
    adjoints: results.map((result) => result.adjoints),
  }
}
