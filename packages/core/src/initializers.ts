import { HillockError } from './errors.ts'
import type { Generator } from './random/index.ts'

/** How weights start. Plain data, so that a recipe can hold it. */
export type Initializer =
  | InitializerName
  | { readonly uniform: number | readonly [low: number, high: number] }
  | { readonly normal: number | readonly [mean: number, deviation: number] }
  | { readonly constant: number }

export type InitializerName = keyof typeof schemes

interface Fans {
  readonly fanIn: number
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

/** Draws `count` values. Errors: HILLOCK_OPTION for an initializer there is none of. */
export function initialize(initializer: Initializer, fans: Fans, count: number, random: Generator): Float32Array {
  const draw = drawFrom(initializer, fans)
  return Float32Array.from({ length: count }, () => draw(random))
}

function drawFrom(initializer: Initializer, fans: Fans): (random: Generator) => number {
  if (typeof initializer === 'string') {
    if (Object.hasOwn(schemes, initializer)) return schemes[initializer](fans)
  } else if ('uniform' in initializer) {
    const [low, high] =
      typeof initializer.uniform === 'number' ? [-initializer.uniform, initializer.uniform] : initializer.uniform
    return (random) => low + (high - low) * random.uniform()
  } else if ('normal' in initializer) {
    const [mean, deviation] = typeof initializer.normal === 'number' ? [0, initializer.normal] : initializer.normal
    return (random) => mean + deviation * random.normal()
  } else if ('constant' in initializer) {
    return () => initializer.constant
  }
  const hint = `there are ${Object.keys(schemes).join(', ')}, { uniform }, { normal } and { constant }`
  throw new HillockError('HILLOCK_OPTION', `unknown initializer ${JSON.stringify(initializer)}`, { hint })
}
