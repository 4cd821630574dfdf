import type { Backend, MapBindings, ReverseBindings, ScanBindings, Tensor } from '../backend.ts'
import type { Node } from '../equations/graph.ts'
import { type InterpretOptions, interpret } from '../equations/interpret.ts'
import type { Kernel } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { uniform } from '../random/index.ts'
import { sizeOf } from '../shape.ts'
import { arrays } from './backend.ts'
import type { ArrayTensor } from './tensor.ts'

type Numbers = Float64Array

/**
 * Options of the oracle: a smooth function in place of the step makes gradients comparable with finite differences; rounding every
 * result by Math.fround makes it an f32 machine.
 */
export type OracleOptions = InterpretOptions

/**
 * The oracle: the same contract in f64, every kernel interpreted one operation at a time. Slow, for tests; spikes are held as numbers,
 * so that a smooth step function can stand in for the hard one.
 */
export function oracle(options: OracleOptions = {}): Backend {
  checkOptions('oracle', options, { round: is.callable, heaviside: is.callable })
  const store = arrays(Float64Array)
  return {
    ...store,
    alloc: (shape, kind) => (options.heaviside === undefined ? store.alloc(shape, kind) : store.alloc(shape)),
    name: 'oracle',
    supports: { layerScope: true, exact: true, wiring: true },
    scan: (kernel, bindings) => scan(kernel, bindings, options),
    reverse: (kernel, bindings) => reverse(kernel, bindings, options),
    map: (kernel, bindings) => map(kernel, bindings, options),
  }
}

const dataOf = (tensor: Tensor) => (tensor as ArrayTensor).data as Numbers

/** What a leaf other than a state or an adjoint is worth for sample `b` at time `t`. */
function leaf(node: Node, bindings: ScanBindings | ReverseBindings, t: number, b: number): number | Numbers {
  const { batch, size, random } = bindings
  const name = node.name as string
  const row = (tensor: Tensor) => {
    const at = ((tensor.shape[0] === 1 ? 0 : t) * batch + b) * size
    return dataOf(tensor).subarray(at, at + size)
  }
  switch (node.op) {
    case 'product':
    case 'productTransposed':
      return dataOf(bindings.matrices![name]!)
    case 'input':
      return row(bindings.inputs[name] as Tensor)
    case 'setup': {
      const value = bindings.setup[name] as number | Tensor
      return typeof value === 'number' ? value : dataOf(value)
    }
    case 'timeVarying': {
      const tensor = bindings.timeVarying[name] as Tensor
      const values = dataOf(tensor)
      return tensor.shape.length === 1 ? values[t]! : values.subarray(t * size, (t + 1) * size)
    }
    default: {
      const { seed, stream, step, place, from = 0, sample = 0 } = random!
      const draw = (n: number) => uniform(seed, stream, place + Number(name), step, sample + b, n, from + t)
      return Float64Array.from({ length: size }, (_, n) => draw(n))
    }
  }
}

/** A state of sample `b` before the first step. */
function initial(value: number | Tensor, b: number, size: number): Numbers {
  if (typeof value === 'number') return new Float64Array(size).fill(value)
  const values = dataOf(value)
  return values.slice(values.length === size ? 0 : b * size, values.length === size ? size : (b + 1) * size)
}

function store(tensor: Tensor, values: Numbers, at: number): void {
  const array = tensor as ArrayTensor
  array.data.set(values, at)
  array.events = undefined
}

function scan(kernel: Kernel, bindings: ScanBindings, options: InterpretOptions): void {
  const { steps, batch, size, final = {} } = bindings
  for (let b = 0; b < batch; b++) {
    const state = new Map(kernel.states.map((name) => [name, initial(bindings.initial[name]!, b, size)]))
    for (let t = 0; t < steps; t++) {
      const results = interpret(
        kernel.program,
        size,
        (node) => (node.op === 'state' ? state.get(node.name!)! : leaf(node, bindings, t, b)),
        options,
      )
      for (const [name, tensor] of Object.entries(bindings.outputs)) {
        // A tensor of one step is written at each, and so keeps the last.
        const step = tensor.shape[0] === 1 ? 0 : t
        store(tensor, results[name]!, (step * batch + b) * size)
      }
      for (const name of kernel.states) state.set(name, results[name]!)
    }
    for (const [name, tensor] of Object.entries(final)) store(tensor, state.get(name)!, b * size)
  }
}

function reverse(kernel: Kernel, bindings: ReverseBindings, options: InterpretOptions): void {
  const { steps, batch, size, window, signals, outputs, final = {} } = bindings
  for (const tensor of Object.values(outputs)) dataOf(tensor).fill(0)
  for (let b = 0; b < batch; b++) {
    const last = (tensor: Tensor) => dataOf(tensor).slice(b * size, (b + 1) * size)
    let carried = new Map<string, Numbers>(Object.entries(final).map(([name, tensor]) => [name, last(tensor)]))
    for (let t = steps - 1; t >= 0; t--) {
      if (window !== undefined && (t + 1) % window === 0) carried = new Map()
      const results = interpret(
        kernel.program,
        size,
        (node) => {
          const name = node.name!
          if (node.op === 'state') {
            if (t === 0) return initial(bindings.initial[name]!, b, size)
            const at = ((t - 1) * batch + b) * size
            return dataOf(bindings.states[name]!).subarray(at, at + size)
          }
          if (node.op !== 'adjoint') return leaf(node, bindings, t, b)
          const signal = signals[name]
          const given =
            signal && leaf({ op: 'input', args: [], name }, { ...bindings, inputs: { [name]: signal } }, t, b)
          const carry = carried.get(name)
          return Float64Array.from(
            { length: size },
            (_, n) => ((given as Numbers | undefined)?.[n] ?? 0) + (carry?.[n] ?? 0),
          )
        },
        options,
      )
      for (const name of kernel.states) carried.set(name, results[name]!)
      for (const [name, tensor] of Object.entries(outputs)) {
        if (kernel.states.includes(name)) continue
        const perStep = name in bindings.inputs && tensor.shape[0] === steps
        const at = perStep ? (t * batch + b) * size : b * size
        const data = dataOf(tensor)
        results[name]!.forEach((value, n) => {
          data[at + n]! += value
        })
      }
    }
    for (const name of kernel.states) {
      const [tensor, left] = [outputs[name], carried.get(name)]
      if (tensor && left) dataOf(tensor).set(left, b * size)
    }
  }
}

function map(kernel: Kernel, { inputs, states, setup, random }: MapBindings, options: InterpretOptions): void {
  const [first] = [...Object.values(states), ...Object.values(inputs)]
  const size = sizeOf(first?.shape ?? [])
  const bindings = {
    steps: 1,
    batch: 1,
    size,
    inputs,
    setup,
    timeVarying: {},
    initial: {},
    outputs: {},
    ...(random && { random }),
  }
  const results = interpret(
    kernel.program,
    size,
    (node) => (node.op === 'state' ? dataOf(states[node.name!]!) : leaf(node, bindings, 0, 0)),
    options,
  )
  for (const [name, tensor] of Object.entries(states)) store(tensor, results[name]!, 0)
}
