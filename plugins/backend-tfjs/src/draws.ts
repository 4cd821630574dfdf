import { type Kernel, placeOf, type RandomKey, type ScanBindings } from '@hillock/core/backend'
import { type Draw, elementary, interpret, type Node, type Program, separateDraws } from '@hillock/core/equations'
import { sizeOf } from '@hillock/core/options'
import { bernoulliBlock, uniform } from '@hillock/core/random'
import type { Leaves } from './bindings.ts'
import type { Held, Store } from './store.ts'
import type { Tf } from './tf.ts'

/** What numbers are drawn for. */
export interface Drawing extends Pick<ScanBindings, 'steps' | 'batch' | 'size' | 'inputs' | 'setup' | 'random'> {}

interface Plan {
  readonly program: Program
  readonly draws: readonly Draw[]
  /** Places of the uniform numbers that are left. */
  readonly places: readonly string[]
}

export interface Drawn {
  /** What is left of the program. */
  readonly program: Program
  /** Where a draw is all there is (Poisson spikes), its values [T, B, N]. */
  readonly alone: Float32Array | undefined
}

/** Random numbers are drawn on the host, by core's own functions, so that they are those of every other backend. */
export function createDraws(tf: Tf, store: Store) {
  const plans = new WeakMap<Kernel, Map<string, Plan>>()

  function planOf(kernel: Kernel, { inputs, steps }: Drawing): Plan {
    const known = plans.get(kernel) ?? new Map<string, Plan>()
    plans.set(kernel, known)
    const still = Object.keys(inputs).filter((name) => placeOf(inputs[name]!, steps) === 'still')
    const key = still.join()
    const found = known.get(key)
    if (found) return found
    const isConstant = ({ op, name }: Node) => op === 'setup' || (op === 'input' && still.includes(name!))
    const draws = kernel.program.nodes.some(({ op }) => op === 'uniform')
      ? separateDraws(kernel.program, isConstant)
      : { program: kernel.program, draws: [] }
    const places = draws.program.nodes.flatMap(({ op, name }) => (op === 'uniform' ? [name!] : []))
    const plan = { ...draws, places }
    known.set(key, plan)
    return plan
  }

  /** The probabilities of a draw, [B, N], in f32 as every backend computes them. */
  function probabilities(program: Program, { batch, size, inputs, setup }: Drawing): Float64Array {
    const results = interpret(
      elementary(program),
      batch * size,
      ({ op, name }) => {
        const given = op === 'setup' ? setup[name!]! : inputs[name!]!
        if (typeof given === 'number') return given
        const values = store.hostOf(given as Held)
        return values.length === batch * size
          ? values
          : Float32Array.from({ length: batch * size }, (_, i) => values[i % size]!)
      },
      { round: Math.fround },
    )
    return results.p!
  }

  /** Spikes of 16 steps at a call. */
  function spikes({ place, probability }: Draw, x: Drawing, key: Required<RandomKey>): Float32Array {
    const { steps, batch, size } = x
    const p = probabilities(probability, x)
    const values = new Float32Array(steps * batch * size)
    for (let t = 0; t < steps; t += 16) {
      const within = steps - t < 16 ? (1 << (steps - t)) - 1 : 0xffff
      for (let i = 0; i < batch * size; i++) {
        const [sample, n] = [key.sample + Math.floor(i / size), i % size]
        const [first, block] = [key.place + Number(place), (key.from + t) / 16]
        let mask = bernoulliBlock(key.seed, key.stream, first, key.step, sample, n, block, p[i]!) & within
        for (; mask !== 0; mask &= mask - 1) values[(t + 31 - Math.clz32(mask & -mask)) * batch * size + i] = 1
      }
    }
    return values
  }

  function numbers(place: string, { steps, batch, size }: Drawing, key: Required<RandomKey>): Float32Array {
    const values = new Float32Array(steps * batch * size)
    for (let i = 0; i < values.length; i++) {
      const [row, n] = [Math.floor(i / size), i % size]
      const [t, sample] = [key.from + Math.floor(row / batch), key.sample + (row % batch)]
      values[i] = uniform(key.seed, key.stream, key.place + Number(place), key.step, sample, n, t)
    }
    return values
  }

  /** Draws what a program needs and adds it to its leaves, in rows of the shape given. */
  return function draw(kernel: Kernel, x: Drawing, shape: readonly number[], leaves: Leaves): Drawn {
    const { program, draws, places } = planOf(kernel, x)
    if (x.random === undefined) return { program, alone: undefined }
    const key = { from: 0, sample: 0, ...x.random }
    const size = sizeOf(shape)
    const bind = (name: string, values: Float32Array) =>
      leaves.set(name, (at) => tf.tensor(values.subarray(at * size, (at + 1) * size), [...shape], 'float32'))
    const drawn = draws.map((draw) => spikes(draw, x, key))
    drawn.forEach((values, k) => {
      bind(`drawn ${k}`, values)
    })
    for (const place of places) bind(`uniform ${place}`, numbers(place, x, key))
    return { program, alone: program.nodes.length === 1 ? drawn[0] : undefined }
  }
}
