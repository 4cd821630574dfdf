import type { Layer } from '@hillock/core'
import { type Fed, gradientOf, type Runtime, type Tensor } from '@hillock/core/learner'
import type { Traces } from './traces.ts'

/** What biases remember: the traces of an input that is always 1, the same for all of them. */
export interface BiasTraces {
  /** Adds traces times how the output answers to each state, [B, N], to the gradients of a source's biases. */
  learn(fed: Fed, memory: Readonly<Record<string, Tensor>>, gradients: ReadonlyMap<string, Tensor>): void
  /** Takes a step into the traces. */
  advance(): void
}

export function biasTraces(
  runtime: Runtime,
  { size }: Layer,
  batch: number,
  traces: Readonly<Record<string, Traces>>,
): BiasTraces {
  const all = Object.entries(traces)
  const now = new Map<string, readonly number[]>(all.map(([current]) => [current, []]))
  return {
    learn({ source, ...fed }, memory, gradients) {
      const { parts, current } = source
      const first = parts.findIndex(({ bias }) => bias !== undefined)
      const weights = now.get(current)!
      if (first < 0 || weights.length === 0) return
      const delta = runtime.temporary([batch, size])
      const inputs = Object.entries(traces[current]!.names).map(([state], i) => [`m${i}`, memory[state]!])
      const setup = Object.fromEntries(weights.map((weight, i) => [`w${i}`, weight]))
      runtime.backend.write(delta, new Float32Array(batch * size))
      runtime.backend.map(traces[current]!.sum.forward, {
        inputs: Object.fromEntries(inputs),
        states: { sum: delta },
        setup,
      })
      // What comes back to a bias goes through the weights behind it, which learn by traces of their own.
      const own = parts.map((part, k) => (k > first ? part : { ...part, weight: undefined }))
      const found = new Map(parts.flatMap(({ bias }) => (bias === undefined ? [] : [[bias, gradients.get(bias)!]])))
      gradientOf(runtime, { ...fed, source: { ...source, parts: own } }, delta, found)
    },
    advance() {
      for (const [current, { ofOne }] of all) now.set(current, ofOne(now.get(current)!))
    },
  }
}
