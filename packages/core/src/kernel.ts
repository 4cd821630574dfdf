import { withActiveMask } from './equations/active-mask.ts'
import { alarmName, keepsAlarm, withAlarm } from './equations/alarm.ts'
import { type Compiled, compile } from './equations/compile.ts'
import type { Definition } from './equations/definition.ts'
import { productName, reverse } from './equations/differentiate.ts'
import { elementary } from './equations/elementary.ts'
import { finish, most, type Program, TooLong } from './equations/graph.ts'
import { interpret } from './equations/interpret.ts'
import { isLayerOp } from './equations/ops.ts'
import { HillockError } from './errors.ts'

/** A program that a backend runs over arrays; compiled by the backend when it is first met, and remembered by identity. */
export interface Kernel {
  /** Shown in messages. */
  readonly name: string
  /** What is computed at each step. */
  readonly program: Program
  /** Names of what goes from step to step. */
  readonly states: readonly string[]
  /** Whether it sees whole layers (`winners`, `total`, `product`), so that its neurons cannot be computed one by one. */
  readonly layerScope: boolean
}

/** What a definition turns into: kernels for a backend, and setup mathematics for core. */
export interface Kernels {
  /** What they were made of. */
  readonly definition: Definition
  /** The programs that setup values, time-varying values and steps come from. */
  readonly compiled: Compiled
  /** Names of the parameters that are learnt. */
  readonly learn: readonly string[]
  /** The forward step. */
  readonly forward: Kernel
  /** Made when first asked for: it needs a surrogate where there is a heaviside. */
  readonly reverse: () => Kernel
  /** The same, but no derivative goes through a matrix: each neuron by itself. */
  readonly reverseWithin: () => Kernel
  /** The forward kernel for learning: with the output `#active` where the surrogate has compact support (see `withActiveMask`). */
  readonly learning: () => Kernel
  /** The forward kernel with the output `#alarm` where values can become NaN or infinite unseen (see `withAlarm`). */
  readonly watched: (options?: WatchOptions) => Kernel
  /** From parameters and the adjoints of setup values to the adjoints of the learnable parameters. */
  readonly reverseSetup: () => Program
}

export interface WatchOptions {
  /** The kernel is for learning: add the output `#active` too. */
  readonly learn?: boolean | undefined
  /** Inputs are known to be finite. Default: false. */
  readonly finiteInput?: boolean
  /** What follows from time is. Default: true. */
  readonly finiteTimeVarying?: boolean
}

/** Kernels of a few equations, compiled when they are first asked for. Default of what is not given: none. */
export const ownKernels = (name: string, equations: string, parts: Partial<Definition>): (() => Kernels) =>
  once(() => kernels({ name, equations, inputs: [], params: [], state: {}, outputs: [], record: [], ...parts }))

/** Compiles a definition to kernels. Throws what `compile` throws. */
export function kernels(definition: Definition, learn: readonly string[] = []): Kernels {
  const compiled = named(definition.name, () => compile(definition, { learn }))
  const states = Object.keys(definition.state)
  const make = (name: string, program: Program): Kernel => ({
    name,
    program,
    states: keepsAlarm(program) ? [...states, alarmName] : states,
    layerScope: program.nodes.some(({ op }) => isLayerOp(op)),
  })
  const reversed = once(() => named(definition.name, () => reverse(compiled, { learn })))
  const { nodes, outputs } = compiled.step
  const products = nodes.flatMap(({ op, name }, i) => (op === 'product' ? [[productName(name as string), i]] : []))
  const forward = make(definition.name, finish(nodes, { ...outputs, ...Object.fromEntries(products) }))
  const backward = once(() => make(`${definition.name} reversed`, reversed().step))
  const watched = new Map<string, Kernel>()
  function watch({
    learn: learning = false,
    finiteInput = false,
    finiteTimeVarying = true,
  }: WatchOptions = {}): Kernel {
    const key = `${learning} ${finiteInput} ${finiteTimeVarying}`
    return kept(watched, key, () => {
      const { program } = forward
      const known = {
        input: finiteInput,
        timeVarying: finiteTimeVarying,
        graded: 'spike' in program.outputs && !isBinary(program, 'spike'),
      }
      const alarmed = named(definition.name, () => withAlarm(program, definition, known))
      const activeMask = learning ? withActiveMask(alarmed ?? program, reversed().step) : undefined
      const chosen = activeMask ?? alarmed
      return chosen === undefined ? forward : make(`${definition.name}${activeMask ? ' for learning' : ''}`, chosen)
    })
  }
  // What backends and learners make of it is larger still: that is found now, not when training has begun.
  if (forward.program.nodes.length > most / 400) {
    const reverse = canReverse(compiled) ? [reversed().step] : []
    for (const program of [watch({}).program, ...reverse]) named(definition.name, () => elementary(program))
  }
  return {
    definition,
    compiled,
    learn,
    forward,
    learning: once(() => {
      const program = withActiveMask(forward.program, reversed().step)
      return program === undefined ? forward : make(`${definition.name} for learning`, program)
    }),
    watched: watch,
    reverse: backward,
    reverseWithin: once(() =>
      products.length === 0
        ? backward()
        : make(`${definition.name} reversed within`, reverse(compiled, { learn, within: true }).step),
    ),
    reverseSetup: () => reversed().setup,
  }
}

/** Whether there is a derivative: a heaviside needs a surrogate. */
const canReverse = ({ definition, step }: Compiled): boolean =>
  definition.surrogate !== undefined || step.nodes.every(({ op }) => op !== 'heaviside')

/** Says of which definition it is that there is too much of it. */
function named<T>(name: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TooLong)) throw error
    throw new HillockError(error.code, `${name}: ${error.message.split('\n')[0]}`, { hint: error.hint })
  }
}

/** What is kept by a key, made when first asked for. */
export function kept<K, V>(
  all: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const found = all.get(key) ?? make()
  all.set(key, found)
  return found
}

/** Makes something when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** A parameter's value: shared by the layer, or one for each of its neurons, or of its channels. */
export type ParamValue = number | ArrayLike<number>

/**
 * Computes the setup values, and the states before the first step by their names, in f64: numbers where only shared parameters go in, else
 * `size` values.
 */
export function evaluateSetup(
  compiled: Compiled,
  params: Readonly<Record<string, ParamValue>>,
  size: number,
): Record<string, number | Float64Array> {
  return evaluateLevel(compiled.setup, (name) => paramValue(compiled, params, name), size)
}

/** Computes the time-varying values for each of `steps` time steps from `from` on: [steps] numbers, or [steps, size] where per-neuron parameters go in. */
export function evaluateTimeVarying(
  compiled: Compiled,
  params: Readonly<Record<string, ParamValue>>,
  steps: number,
  size: number,
  from = 0,
): Record<string, { readonly perNeuron: boolean; readonly values: Float64Array }> {
  const result: Record<string, { perNeuron: boolean; values: Float64Array }> = {}
  if (Object.keys(compiled.timeVarying.outputs).length === 0) return result
  for (let t = 0; t < steps; t++) {
    const now = evaluateLevel(
      compiled.timeVarying,
      (name) => (name === 't' ? from + t : paramValue(compiled, params, name)),
      size,
    )
    for (const [name, value] of Object.entries(now)) {
      const perNeuron = typeof value !== 'number'
      result[name] ??= { perNeuron, values: new Float64Array(perNeuron ? steps * size : steps) }
      if (perNeuron) result[name].values.set(value, t * size)
      else result[name].values[t] = value
    }
  }
  return result
}

/** The value a `param` leaf stands for: a parameter, or the start of a state that is an array. */
export function paramValue(compiled: Compiled, params: Readonly<Record<string, ParamValue>>, name: string): ParamValue {
  return params[name] ?? (compiled.definition.state[name] as readonly number[])
}

function evaluateLevel(
  program: Program,
  value: (name: string) => ParamValue,
  size: number,
): Record<string, number | Float64Array> {
  const bound = new Map<string, ParamValue>()
  const vector: boolean[] = []
  program.nodes.forEach((node, i) => {
    if (node.name !== undefined) bound.set(node.name, value(node.name))
    vector[i] =
      node.args.some((arg) => vector[arg]) || (node.name !== undefined && typeof bound.get(node.name) !== 'number')
  })
  const length = vector.includes(true) ? size : 1
  const results = interpret(program, length, (node) => bound.get(node.name as string) as ParamValue)
  return Object.fromEntries(
    Object.entries(results).map(([name, values]) => [
      name,
      vector[program.outputs[name] as number] ? values : (values[0] as number),
    ]),
  )
}

const binaries = new WeakMap<Program, readonly boolean[]>()

/** Whether a program's output can only be 0 or 1, found from its text; an encoder or neuron of which that is so emits spikes. */
export function isBinary(program: Program, output: string): boolean {
  return kept(binaries, program, () => binaryNodes(program))[program.outputs[output] as number] === true
}

/** Of each node, whether it can only be 0 or 1. */
function binaryNodes(program: Program): boolean[] {
  const binary: boolean[] = []
  program.nodes.forEach(({ op, args, value }, i) => {
    const [first, second, third] = args.map((arg) => binary[arg])
    const one = (arg: number | undefined) =>
      arg !== undefined && program.nodes[arg]?.op === 'constant' && program.nodes[arg]?.value === 1
    binary[i] =
      op === 'constant'
        ? value === 0 || value === 1
        : op === 'heaviside' || op === 'winners' || op === 'lt' || op === 'le' || op === 'eq' || op === 'ne'
          ? true
          : op === 'mul' || op === 'min' || op === 'max'
            ? first === true && second === true
            : op === 'where'
              ? second === true && third === true
              : op === 'sub'
                ? one(args[0]) && second === true
                : op === 'detach' && first === true
  })
  return binary
}
