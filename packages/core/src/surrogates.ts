import type { Surrogate } from './equations/definition.ts'
import { createGraph, finish } from './equations/graph.ts'
import { interpretNumbers } from './equations/interpret.ts'
import { lowerSurrogate } from './equations/lower.ts'
import { type Check, checkOptions, checkValue, is } from './options.ts'

// A surrogate is plain data, so one of your own needs no function here:
//   lif({ surrogate: { name: 'mine', params: { k: 3 }, derivative: 'exp(-k * abs(x))' } })

type Texts = Pick<Surrogate, 'derivative' | 'smooth'>

/** A surrogate of which all parameters are above 0. Throws HILLOCK_OPTION if one is not. */
function made<P extends string>(
  name: string,
  defaults: Readonly<Record<P, number>>,
  given: Partial<Record<P, number>>,
  texts: Texts,
): Surrogate {
  const known = Object.fromEntries(Object.keys(defaults).map((param) => [param, is.above(0)]))
  checkOptions<Record<string, unknown>>(name, given, known)
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { name, params: { ...defaults, ...set }, ...texts }
}

/** Options of `fastSigmoid` and `sigmoid`. */
export interface SlopeOptions {
  /**
   * How steep it is, above 0, in 1 / units of the membrane.
   * @default 25
   */
  readonly slope?: number
}

/**
 * The derivative of a fast sigmoid: 1 / (1 + slope |x|)^2 (Zenke and Ganguli 2018; also known as SuperSpike). The same as snnTorch's
 * fast_sigmoid and, with slope for alpha, Norse's "super". Throws HILLOCK_OPTION if `slope` is not above 0.
 *
 * @example
 * ```ts
 * import { fastSigmoid, lif } from '@hillock/core'
 *
 * lif({ surrogate: fastSigmoid({ slope: 100 }) })
 * ```
 */
export const fastSigmoid = (options: SlopeOptions = {}): Surrogate =>
  made('fastSigmoid', { slope: 25 }, options, {
    derivative: '1 / (1 + slope * abs(x)) ** 2',
    smooth: 'x / (1 + slope * abs(x))',
  })

/** Options of `arctan`. */
export interface ArctanOptions {
  /**
   * How steep it is, above 0, in 1 / units of the membrane.
   * @default 2
   */
  readonly alpha?: number
}

/**
 * The derivative of an arctangent: (alpha / 2) / (1 + (pi / 2 alpha x)^2) (Fang et al. 2021). As in snnTorch and SpikingJelly. Throws
 * HILLOCK_OPTION if `alpha` is not above 0.
 *
 * @example
 * ```ts
 * import { arctan, lif } from '@hillock/core'
 *
 * lif({ surrogate: arctan({ alpha: 4 }) })
 * ```
 */
export const arctan = (options: ArctanOptions = {}): Surrogate =>
  made('arctan', { alpha: 2 }, options, { derivative: 'alpha / 2 / (1 + (pi / 2 * alpha * x) ** 2)' })

/**
 * The derivative of a logistic function: slope s (1 - s), s = sigmoid(slope x) (Zenke and Vogels 2021). In this form it is finite
 * everywhere; snnTorch's, with exp(-slope x), is NaN in f32 below x = -88 / slope. SpikingJelly's default is a slope of 4. Throws HILLOCK_OPTION if `slope` is not above 0.
 *
 * @example
 * ```ts
 * import { lif } from '@hillock/core'
 * import { sigmoid } from '@hillock/core/surrogates'
 *
 * lif({ surrogate: sigmoid({ slope: 4 }) })
 * ```
 */
export const sigmoid = (options: SlopeOptions = {}): Surrogate =>
  made('sigmoid', { slope: 25 }, options, {
    derivative: 's = sigmoid(slope * x)\nds = slope * s * (1 - s)',
    smooth: 'sigmoid(slope * x)',
  })

/** Options of `triangular`. */
export interface TriangularOptions {
  /**
   * Where it falls to 0, above 0, in units of the membrane.
   * @default 1
   */
  readonly width?: number
  /**
   * The derivative at threshold, above 0: the dampening of Bellec et al. 2018, who take 0.3.
   * @default 1
   */
  readonly height?: number
}

/**
 * A triangle: height max(0, 1 - |x| / width) (Esser et al. 2016; Bellec et al. 2018). Throws HILLOCK_OPTION if an option is not above 0.
 *
 * @example
 * ```ts
 * import { adaptiveLif } from '@hillock/core'
 * import { triangular } from '@hillock/core/surrogates'
 *
 * adaptiveLif({ surrogate: triangular({ height: 0.3 }) })
 * ```
 */
export const triangular = (options: TriangularOptions = {}): Surrogate =>
  made('triangular', { width: 1, height: 1 }, options, {
    derivative: 'height * max(0, 1 - abs(x) / width)',
    smooth: 'c = clip(x, -width, width)\narea = height * (c - c * abs(c) / (2 * width))',
  })

/** Options of `boxcar`. */
export interface BoxcarOptions {
  /**
   * Half the width of the box, above 0, in units of the membrane.
   * @default 1
   */
  readonly width?: number
  /**
   * The derivative within the box, above 0.
   * @default 1
   */
  readonly height?: number
}

/**
 * `height` where |x| < width, 0 elsewhere (Hubara et al. 2016, with width and height 1). Throws HILLOCK_OPTION if an option is not above 0.
 *
 * @example
 * ```ts
 * import { lif } from '@hillock/core'
 * import { boxcar } from '@hillock/core/surrogates'
 *
 * lif({ surrogate: boxcar({ width: 0.5 }) })
 * ```
 */
export const boxcar = (options: BoxcarOptions = {}): Surrogate =>
  made('boxcar', { width: 1, height: 1 }, options, {
    derivative: 'height * (abs(x) < width)',
    smooth: 'height * clip(x, -width, width)',
  })

/**
 * 1 everywhere: the step is taken for the identity (Bengio, Leonard and Courville 2013). Throws HILLOCK_OPTION if an option is given.
 *
 * @example
 * ```ts
 * import { lif } from '@hillock/core'
 * import { straightThrough } from '@hillock/core/surrogates'
 *
 * lif({ surrogate: straightThrough() })
 * ```
 */
export const straightThrough = (options: Readonly<Record<string, never>> = {}): Surrogate =>
  made('straightThrough', {}, options, { derivative: '1', smooth: 'x' })

/** Options of `gaussian`. */
export interface GaussianOptions {
  /**
   * Standard deviation, above 0, in units of the membrane.
   * @default 0.5
   */
  readonly width?: number
  /**
   * The area under the curve, above 0.
   * @default 1
   */
  readonly height?: number
}

/**
 * A normal density with standard deviation `width`, times `height` (Yin, Corradi and Bohte 2021). Throws HILLOCK_OPTION if an option is
 * not above 0.
 *
 * @example
 * ```ts
 * import { adaptiveLif } from '@hillock/core'
 * import { gaussian } from '@hillock/core/surrogates'
 *
 * adaptiveLif({ surrogate: gaussian({ width: 0.4 }) })
 * ```
 */
export const gaussian = (options: GaussianOptions = {}): Surrogate =>
  made('gaussian', { width: 0.5, height: 1 }, options, {
    derivative: 'height / (width * sqrt(2 * pi)) * exp(-0.5 * (x / width) ** 2)',
  })

export const isSurrogate: Check = is.made(
  'a surrogate: fastSigmoid(), or { name, params, derivative }',
  'name',
  'params',
  'derivative',
)

/**
 * Checks a surrogate, whoever wrote it. Throws HILLOCK_OPTION if it is none, or has a parameter that is no finite number; HILLOCK_SYNTAX,
 * HILLOCK_NAME or HILLOCK_EQUATION if its text is wrong.
 */
export function checkSurrogate(neuron: string, surrogate: unknown): void {
  checkValue(neuron, 'surrogate', surrogate, isSurrogate)
  const { params, derivative, smooth } = surrogate as Surrogate
  checkValue(neuron, 'surrogate.derivative', derivative, is.text)
  if (smooth !== undefined) checkValue(neuron, 'surrogate.smooth', smooth, is.text)
  checkOptions<Record<string, unknown>>(
    `${neuron}: surrogate.params`,
    params,
    Object.fromEntries(Object.keys(params ?? {}).map((name) => [name, is.number()])),
  )
  const g = createGraph()
  const x = g.leaf('input', 'x')
  lowerSurrogate(g, surrogate as Surrogate, x)
  if (smooth !== undefined) lowerSurrogate(g, surrogate as Surrogate, x, 'smooth')
}

/**
 * A surrogate's derivative, or its smooth function, as a function of numbers in f64. Throws HILLOCK_OPTION if it is no surrogate,
 * HILLOCK_EQUATION if its `smooth` is wanted and it has none.
 *
 * @example
 * ```ts
 * import { fastSigmoid } from '@hillock/core'
 * import { surrogateFunction } from '@hillock/core/surrogates'
 *
 * surrogateFunction(fastSigmoid({ slope: 25 }))(0.04) // 0.25
 * ```
 */
export function surrogateFunction(
  surrogate: Surrogate,
  part: 'derivative' | 'smooth' = 'derivative',
): (x: number) => number {
  checkValue('surrogateFunction', 'part', part, is.oneOf('derivative', 'smooth'))
  checkSurrogate('surrogateFunction', surrogate)
  const g = createGraph()
  const y = lowerSurrogate(g, surrogate, g.leaf('input', 'x'), part)
  const program = finish(g.nodes, { y })
  return (x) => interpretNumbers(program, () => x).y as number
}
