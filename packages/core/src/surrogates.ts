import type { Surrogate } from './equations/lower.ts'

/** SuperSpike, the derivative of a fast sigmoid (Zenke and Ganguli 2018, eq. 4): 1 / (1 + slope |x|)^2. */
export const fastSigmoid = ({ slope = 25 } = {}): Surrogate => ({
  name: 'fastSigmoid',
  params: { slope },
  derivative: '1 / (1 + slope * abs(x)) ** 2',
  smooth: 'x / (1 + slope * abs(x))',
})
