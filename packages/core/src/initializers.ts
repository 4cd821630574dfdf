import { type Check, checkValue, didYouMean } from './options.ts'
import type { Generator } from './random/index.ts'

/** How weights start. Plain data, so that a recipe can hold it. */
export type Initializer =
  | InitializerName
  | { readonly uniform: number | readonly [low: number, high: number] }
  | { readonly normal: number | readonly [mean: number, deviation: number] }
  | { readonly constant: number }

/** Names of initializers: after torch's layers, after He and after Glorot, 'zeros', 'ones' and 'orthogonal'. */
export type InitializerName = keyof typeof schemes | 'orthogonal'

/** How many inputs and outputs a neuron has, on average: what initializers scale weights by. */
export interface Fans {
  /** Inputs of a neuron. */
  readonly fanIn: number
  /** Neurons that an input reaches. */
  readonly fanOut: number
}

const uniform = (bound: number) => (random: Generator) => bound * (2 * random.uniform() - 1)
const normal = (deviation: number) => (random: Generator) => deviation * random.normal()

/** Named as torch and Keras name them; where both have a name for one scheme, both work. */
const schemes = {
  /** torch.nn.Linear's own: U(-1/sqrt(fanIn), 1/sqrt(fanIn)), weights and biases alike. */
  torchLinear: ({ fanIn }: Fans) => uniform(1 / Math.sqrt(fanIn)),
  /** Glorot and Bengio 2010. */
  xavierUniform: ({ fanIn, fanOut }: Fans) => uniform(Math.sqrt(6 / (fanIn + fanOut))),
  glorotUniform: ({ fanIn, fanOut }: Fans) => uniform(Math.sqrt(6 / (fanIn + fanOut))),
  xavierNormal: ({ fanIn, fanOut }: Fans) => normal(Math.sqrt(2 / (fanIn + fanOut))),
  glorotNormal: ({ fanIn, fanOut }: Fans) => normal(Math.sqrt(2 / (fanIn + fanOut))),
  /** He et al. 2015, for relu. */
  kaimingUniform: ({ fanIn }: Fans) => uniform(Math.sqrt(6 / fanIn)),
  heUniform: ({ fanIn }: Fans) => uniform(Math.sqrt(6 / fanIn)),
  kaimingNormal: ({ fanIn }: Fans) => normal(Math.sqrt(2 / fanIn)),
  heNormal: ({ fanIn }: Fans) => normal(Math.sqrt(2 / fanIn)),
  lecunUniform: ({ fanIn }: Fans) => uniform(Math.sqrt(3 / fanIn)),
  lecunNormal: ({ fanIn }: Fans) => normal(Math.sqrt(1 / fanIn)),
  zeros: () => () => 0,
  ones: () => () => 1,
} as const

const names = [...Object.keys(schemes), 'orthogonal']
const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)

/** The check of an option that is an initializer. */
export const isInitializer: Check = (value) => {
  const hint = `there are ${names.join(', ')}, { uniform }, { normal } and { constant }`
  if (typeof value === 'string') return names.includes(value) ? undefined : didYouMean(value, names, hint)
  const [[kind, numbers] = [], ...more] = Object.entries(Object(value)) as [string, unknown][]
  const pairs = kind === 'uniform' || kind === 'normal'
  if (more.length > 0 || !(pairs || kind === 'constant')) return hint
  if (kind === 'constant') return Number.isFinite(numbers) ? undefined : 'give a number as constant'
  const pair: unknown = typeof numbers === 'number' ? [0, numbers] : numbers
  if (!isPair(pair)) return `give a number as ${kind}, or a list of two`
  const [low, high] = pair
  if (kind === 'uniform' && low > high)
    return 'give the lower number first: { uniform: [low, high] }; one alone is from 0'
  return kind === 'normal' && high < 0 ? 'give a deviation from 0: { normal: [mean, deviation] }' : undefined
}

/** Draws `count` values. Throws HILLOCK_OPTION if the initializer does not exist. */
export function initialize(initializer: Initializer, fans: Fans, count: number, random: Generator): Float32Array {
  checkValue('initialize', 'initializer', initializer, isInitializer)
  if (initializer === 'orthogonal') return orthogonal(fans, count, random)
  const draw = drawFrom(initializer, fans)
  return Float32Array.from({ length: count }, () => draw(random))
}

/** Rows, or columns where these are fewer, that are orthogonal and of length 1 (Saxe, McClelland and Ganguli 2014): normal ones by Gram and Schmidt. */
function orthogonal({ fanIn }: Fans, count: number, random: Generator): Float32Array {
  const rows = count % fanIn === 0 ? fanIn : 1
  const columns = count / rows
  const length = Math.max(rows, columns)
  const vectors: Float64Array[] = []
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => random.normal())
    // Twice, as the first time leaves errors of rounding.
    for (const other of [...vectors, ...vectors]) {
      let along = 0
      for (let i = 0; i < length; i++) along += other[i]! * vector[i]!
      for (let i = 0; i < length; i++) vector[i]! -= along * other[i]!
    }
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
    vectors.push(vector.map((x) => x / norm))
  }
  return Float32Array.from({ length: count }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    return rows <= columns ? vectors[row]![column]! : vectors[column]![row]!
  })
}

function drawFrom(initializer: Exclude<Initializer, 'orthogonal'>, fans: Fans): (random: Generator) => number {
  if (typeof initializer === 'string') return schemes[initializer](fans)
  if ('constant' in initializer) return () => initializer.constant
  if ('uniform' in initializer) {
    const [low, high] =
      typeof initializer.uniform === 'number' ? [-initializer.uniform, initializer.uniform] : initializer.uniform
    return (random) => low + (high - low) * random.uniform()
  }
  const [mean, deviation] = typeof initializer.normal === 'number' ? [0, initializer.normal] : initializer.normal
  return (random) => mean + deviation * random.normal()
}
