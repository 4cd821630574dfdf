import { createGraph, finish } from './equations/graph.ts'
import { interpretNumbers } from './equations/interpret.ts'
import { lowerSurrogate, type Surrogate } from './equations/lower.ts'

// A surrogate is plain data, so one of your own needs no function here:
//   lif({ surrogate: { name: 'mine', params: { k: 3 }, derivative: 'exp(-k * abs(x))' } })

/**
 * The derivative of a fast sigmoid: 1 / (1 + slope |x|)^2 (Zenke and Ganguli 2018; also known as SuperSpike). The same as
 * snnTorch's fast_sigmoid and, with slope for alpha, Norse's "super".
 */
export const fastSigmoid = ({ slope = 25 } = {}): Surrogate => ({
  name: 'fastSigmoid',
  params: { slope },
  derivative: '1 / (1 + slope * abs(x)) ** 2',
  smooth: 'x / (1 + slope * abs(x))',
})

/** The derivative of an arctangent: (alpha / 2) / (1 + (pi / 2 alpha x)^2) (Fang et al. 2021). As in snnTorch and SpikingJelly. */
export const arctan = ({ alpha = 2 } = {}): Surrogate => ({
  name: 'arctan',
  params: { alpha },
  derivative: 'alpha / 2 / (1 + (pi / 2 * alpha * x) ** 2)',
})

/**
 * The derivative of a logistic function: slope s (1 - s), s = sigmoid(slope x) (Zenke and Vogels 2021). In this form it is finite
 * everywhere; snnTorch's, with exp(-slope x), is NaN in f32 below x = -88 / slope. SpikingJelly's default is slope 4.
 */
export const sigmoid = ({ slope = 25 } = {}): Surrogate => ({
  name: 'sigmoid',
  params: { slope },
  derivative: 's = sigmoid(slope * x)\nds = slope * s * (1 - s)',
  smooth: 'sigmoid(slope * x)',
})

/** A triangle: height max(0, 1 - |x| / width) (Esser et al. 2016; Bellec et al. 2018, where height, the dampening, is 0.3). */
export const triangular = ({ width = 1, height = 1 } = {}): Surrogate => ({
  name: 'triangular',
  params: { width, height },
  derivative: 'height * max(0, 1 - abs(x) / width)',
  smooth: 'c = clip(x, -width, width)\narea = height * (c - c * abs(c) / (2 * width))',
})

/** `height` where |x| < width, 0 elsewhere (Hubara et al. 2016, with width and height 1). */
export const boxcar = ({ width = 1, height = 1 } = {}): Surrogate => ({
  name: 'boxcar',
  params: { width, height },
  derivative: 'height * (abs(x) < width)',
  smooth: 'height * clip(x, -width, width)',
})

/** 1 everywhere: the step is taken for the identity (Bengio, Leonard and Courville 2013). */
export const straightThrough = (): Surrogate => ({ name: 'straightThrough', params: {}, derivative: '1', smooth: 'x' })

/** A normal density with standard deviation `width`, times `height` (Yin, Corradi and Bohte 2021). */
export const gaussian = ({ width = 0.5, height = 1 } = {}): Surrogate => ({
  name: 'gaussian',
  params: { width, height },
  derivative: 'height / (width * sqrt(2 * pi)) * exp(-0.5 * (x / width) ** 2)',
})

/** A surrogate's derivative, or its smooth function, as a function of numbers in f64. Errors: HILLOCK_EQUATION where it has no `smooth`. */
export function surrogateFunction(
  surrogate: Surrogate,
  part: 'derivative' | 'smooth' = 'derivative',
): (x: number) => number {
  const g = createGraph()
  const y = lowerSurrogate(g, surrogate, g.leaf('input', 'x'), part)
  const program = finish(g.nodes, { y })
  return (x) => interpretNumbers(program, () => x).y as number
}
