import type { Tensor } from '../backend.ts'
import { type Kernel, kept, ownKernels } from '../kernel.ts'
import { sizeOf } from '../shape.ts'
import type { Runtime, RuntimeControl } from './contract.ts'
import type { LayerPass } from './pass.ts'

/** What the input or a layer gave out in a step: its sum, [], and how many values that is of. */
export interface Counted {
  /** The sum of its values, []. */
  readonly sum: Tensor
  /** How many values that is the sum of. */
  readonly values: number
}

/** What the input and each layer gave out, in this order. */
export const activityOf = (runtime: Runtime, passes: readonly LayerPass[]): Counted[] =>
  [passes[0]!.batch.input, ...passes.map(({ spikes }) => spikes)].map((tensor) =>
    counted(runtime, tensor, sizeOf(tensor.shape)),
  )

/** The sum of what was given out; `values`: of how many values that is. */
export function counted(runtime: Runtime, tensor: Tensor, values: number): Counted {
  const sum = runtime.temporary([])
  runtime.backend.sum(tensor, sum)
  return { sum, values }
}

/** How active the input and each layer were in many steps: sums of what they gave out, and of how many values. */
export interface Activity {
  /** Sums of what the input and each layer gave out. */
  readonly spikes: Float64Array
  /** How many values those are sums of. */
  readonly values: Float64Array
  /** How many samples were counted. */
  samples: number
}

/**
 * Adds up what steps count, on the backend, where it stays until it is asked for: each sum as two numbers, what is lost in the first in the
 * second (Knuth's two-sum), so that counts are exact far beyond 2^24.
 */
export interface Counter {
  /** Adds what a step counted of so many samples, on the backend. */
  add(runtime: RuntimeControl, counted: readonly Counted[], samples: number): void
  /** Takes the sums off the backend, which is then free of them. */
  settle(): Promise<void>
  /** Forgets them. */
  drop(): void
}

const programs = new Map<number, Kernel>()

function program(count: number): Kernel {
  const each = Array.from({ length: count }, (_, i) => i)
  const lines = each.map(
    (i) => `sum = high${i} + x${i}
      back = sum - high${i}
      low${i} = low${i} + ((high${i} - (sum - back)) + (x${i} - back))
      high${i} = sum`,
  )
  const made = ownKernels('activity', lines.join('\n'), {
    inputs: each.map((i) => `x${i}`),
    state: Object.fromEntries(each.flatMap((i) => [[`high${i}`, 0] as const, [`low${i}`, 0] as const])),
  })
  return kept(programs, count, () => made().forward)
}

/** A counter that adds to `activity` when it is settled. */
export function createCounter(activity: Activity): Counter {
  const words = new Map<string, Tensor>()
  /** Where it counts: the backend may be another one the next time, and is then settled before. */
  let at: RuntimeControl | undefined
  const drop = () => {
    for (const tensor of words.values()) at!.backend.free(tensor)
    words.clear()
    at?.counters.delete(counter)
    at = undefined
  }
  const counter: Counter = {
    add(runtime, counted, samples) {
      activity.samples += samples
      if (counted.length === 0) return
      at = runtime
      at.counters.add(counter)
      const { backend } = runtime
      const kernel = program(counted.length)
      for (const name of kernel.states) {
        if (words.has(name)) continue
        const word = backend.alloc([])
        words.set(name, word)
        backend.write(word, [0])
      }
      const inputs = Object.fromEntries(counted.map(({ sum }, i) => [`x${i}`, sum]))
      backend.map(kernel, { inputs, states: Object.fromEntries(words), setup: {} })
      for (const [i, { values }] of counted.entries()) activity.values[i]! += values
    },
    async settle() {
      const read = [...words].map(async ([name, tensor]) => [name, (await at!.backend.read(tensor))[0]!] as const)
      for (const [name, value] of await Promise.all(read)) activity.spikes[Number(/\d+$/.exec(name)![0])]! += value
      drop()
    },
    drop,
  }
  return counter
}
