import type { Node, Program } from './graph.ts'
import { heaviside, isLayerOp, isPointwise, isProduct, layerOperations, operations } from './ops.ts'

/** Gives the values of a leaf: one number, or one for each neuron of the layer, or for each channel, which repeat; of a product its matrix, row by row. */
export type Bind = (node: Node) => number | ArrayLike<number>

/** Options of `interpret`; f64 with the hard step by default. */
export interface InterpretOptions {
  /** Rounds every result: Math.fround makes an f32 machine of the f64 one. */
  readonly round?: (value: number) => number
  /** Stands in for the step function, to make a spike smooth. */
  readonly heaviside?: (x: number, atZero: number) => number
}

/**
 * Evaluates a program for the `size` neurons of one sample, one operation at a time, in f64: the definition of what a program
 * means, and the oracle of every backend.
 */
export function interpret(
  program: Program,
  size: number,
  bind: Bind,
  options: InterpretOptions = {},
): Record<string, Float64Array> {
  const round = options.round ?? ((value: number) => value)
  const step = options.heaviside ?? heaviside
  const values: Float64Array[] = []
  program.nodes.forEach((node, i) => {
    const [a, b, c] = node.args.map((arg) => values[arg]) as [Float64Array, Float64Array, Float64Array]
    const result = new Float64Array(size)
    if (isLayerOp(node.op)) {
      const matrix = () => bind(node) as ArrayLike<number>
      result.set(layerOperations[node.op].value(a, isProduct(node.op) ? matrix() : b, round))
    } else if (isPointwise(node.op)) {
      const { value } = operations[node.op]
      for (let n = 0; n < size; n++) result[n] = value(a[n] as number, b?.[n] as number, c?.[n] as number)
    } else if (node.op === 'heaviside') {
      for (let n = 0; n < size; n++) result[n] = step(a[n] as number, node.value as number)
    } else {
      const leaf = node.op === 'constant' ? (node.value as number) : bind(node)
      if (typeof leaf === 'number') result.fill(leaf)
      else for (let n = 0; n < size; n++) result[n] = leaf[n % leaf.length]!
    }
    for (let n = 0; n < size; n++) result[n] = round(result[n] as number)
    values[i] = result
  })
  return Object.fromEntries(Object.entries(program.outputs).map(([name, node]) => [name, values[node] as Float64Array]))
}

/** Evaluates a program of single numbers (setup values and time-varying ones of shared parameters). */
export function interpretNumbers(program: Program, bind: (node: Node) => number): Record<string, number> {
  const results = interpret(program, 1, bind)
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value[0] as number]))
}
