import { generator, stream } from '@hillock/core/random'
import type { MackeyGlass } from '@hillock/datasets'
import type { Forecast } from './forecast.ts'
import { dot, ridge } from './ridge.ts'

/** Settings of an echo-state network; the defaults are those of NeuroBench's baseline for tau = 17. */
export interface EchoStateOptions {
  /** Neurons of the reservoir. Default: 966. */
  readonly neurons?: number
  /** The part of the pairs of neurons that are connected. Default: 0.97. */
  readonly connected?: number
  /** Spectral radius of the matrix between them. Default: 1.19. */
  readonly radius?: number
  /** What a step takes of the new state; the rest is left of the old one. Default: 0.69. */
  readonly leak?: number
  /** Largest weight of the input. Default: 0.78. */
  readonly input?: number
  /** Largest bias. Default: 0.9. */
  readonly bias?: number
  /** Penalty of the squared weights of the readout. Default: 1e-7. */
  readonly penalty?: number
  /** Points before the first one that the readout learns from. Default: 45. */
  readonly warmUp?: number
  readonly seed?: number
}

/** An echo-state network (Jaeger 2001): a fixed random recurrent net of tanh neurons, and a readout by ridge regression. */
export function echoState({ train, test }: MackeyGlass, options: EchoStateOptions = {}): Forecast {
  const { penalty = 1e-7, warmUp = 45 } = options
  const { seen, step } = reservoir(options)
  const rows: Float64Array[] = []
  train.images.forEach((value, t) => {
    step(value)
    if (t >= warmUp) rows.push(seen())
  })
  const weights = ridge(rows, train.targets.subarray(warmUp), penalty)
  const read = () => dot(weights, seen())
  const after = seen().slice(2)

  const next = Float64Array.from(test.images, (value) => {
    step(value)
    return read()
  })
  let value = test.images[0]!
  const alone = Float64Array.from(test.images, (_, t) => {
    step(value, t === 0 ? after : undefined)
    value = read()
    return value
  })
  return { next, alone }
}

/** A net that takes a value at each step; `seen` is what its readout sees: 1, the value, and the states. */
function reservoir({
  neurons: n = 966,
  connected = 0.97,
  radius = 1.19,
  leak = 0.69,
  input = 0.78,
  bias = 0.9,
  seed = 0,
}: EchoStateOptions) {
  const random = generator(seed, stream.topology)
  const within = (bound: number) => Float64Array.from({ length: n }, () => bound * (2 * random.uniform() - 1))
  const [inputs, biases] = [within(input), within(bias)]
  const matrix = Array.from({ length: n }, () =>
    Float64Array.from({ length: n }, () => (random.uniform() < connected ? random.normal() : 0)),
  )
  const scale = radius / radiusOf(matrix)
  for (const row of matrix) for (let i = 0; i < n; i++) row[i]! *= scale
  let states = new Float64Array(n)
  let shown = 0
  return {
    seen: () => Float64Array.of(1, shown, ...states),
    /** One step, from the states `from` on. */
    step(value: number, from: Float64Array = states): void {
      shown = value
      states = from.map(
        (state, i) => (1 - leak) * state + leak * Math.tanh(biases[i]! + inputs[i]! * value + dot(matrix[i]!, from)),
      )
    },
  }
}

/** The spectral radius: how much a vector grows by a product with the matrix, in the mean over many. Pairs of complex eigenvalues turn it, hence the mean. */
function radiusOf(matrix: readonly Float64Array[], products = 300): number {
  let vector = Float64Array.from(matrix, () => 1)
  let growth = 0
  for (let k = 0; k < products; k++) {
    vector = Float64Array.from(matrix, (row) => dot(row, vector))
    const length = Math.sqrt(dot(vector, vector))
    if (k >= products / 3) growth += Math.log(length)
    for (let i = 0; i < vector.length; i++) vector[i]! /= length
  }
  return Math.exp(growth / (products - Math.ceil(products / 3)))
}
