/** The functions of the language and how many arguments each takes. */
export const functions: Readonly<Record<string, readonly number[]>> = {
  where: [3],
  min: [2],
  max: [2],
  relu: [1],
  abs: [1],
  clip: [3],
  sqrt: [1],
  exp: [1],
  log: [1],
  tanh: [1],
  sigmoid: [1],
  sin: [1],
  cos: [1],
  floor: [1],
  heaviside: [1, 2],
  surrogate: [1],
  detach: [1],
  prev: [1],
  uniform: [0],
  winners: [2],
  total: [1],
  product: [2],
}

export const isFunction = (name: string): boolean => Object.hasOwn(functions, name)
