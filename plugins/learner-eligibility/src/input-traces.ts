import { longestLag } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import type { Runtime, Tensor } from '@hillock/core/learner'
import { answer, moving, type Tensors, zeros } from './moving.ts'
import type { Step } from './step.ts'
import { type Synapses, spread } from './synapses.ts'
import { type Traces, traceOf } from './traces.ts'

/** Traces of what comes into a connection, or comes back by a matrix. */
export interface InputTraces {
  /** Of states that share them, by state: [B, I], or the last of them, as many as a delay takes, [lag + 1, B, I]. */
  shared(): Tensors
  /** Adds those of synapses, times how the output answers to each state, to the gradient of the weights. */
  learn(memory: Tensors, gradient: Tensor): void
  /** Takes a step into them: what came in, [1, B, I], or the last of it, [lag + 1, B, I]. */
  advance(x: Tensor, step: Step): void
}

/** `wired`: from inputs to neurons; `synapses` where states have traces of their own. */
export function inputTraces(
  runtime: Runtime,
  traces: Traces,
  current: string,
  batch: number,
  wired: Pick<Wiring, 'from' | 'lag'> & Partial<Wiring>,
  synapses: Synapses | undefined,
): InputTraces {
  const { backend } = runtime
  const width = wired.from.count * wired.from.width
  const lag = wired.lag ? longestLag(wired as Wiring) : 0
  const base = moving(runtime, traces.ofInput[current]!, batch, width)
  const names = traces.shared.map((state) => [state, traceOf(traces, state)] as const)
  const late =
    lag > 0 ? Object.fromEntries(names.map(([, name]) => [name, zeros(runtime, [lag + 1, batch, width])])) : undefined
  const shown = () => late ?? base.now()
  const own = synapses && moving(runtime, traces.ofSynapse[current]!, batch, synapses.size)

  return {
    shared: () => Object.fromEntries(names.map(([state, name]) => [state, shown()[name]!])),
    learn(memory, gradient) {
      if (synapses === undefined) return
      const { ofNeurons, toWeights, size } = synapses
      const whole = (x: Tensor) => spread(runtime, x, ofNeurons, runtime.temporary([batch, size]))
      const now = own!.now()
      const found = answer(
        runtime,
        traces.own.map((state) => now[traceOf(traces, state)]!),
        traces.own.map((state) => whole(memory[state]!)),
      )
      const more = { transposeA: true, accumulate: true, wiring: toWeights }
      backend.matmul(runtime.fixed([batch, 1], 1), found, gradient, more)
    },
    advance(x, { numbers, derivative }) {
      if (synapses !== undefined) {
        const { ofNeurons, ofInputs, size } = synapses
        const { inputs } = traces.ofSynapse[current]!.definition
        const whole = (value: Tensor) => {
          const out = spread(runtime, value, ofInputs, runtime.temporary([lag + 1, batch, size]))
          if (lag === 0) return out
          const last = runtime.temporary([1, batch, size])
          backend.slice(out, lag, last)
          return last
        }
        const given = traces.terms
          .filter(({ name }) => inputs.includes(name))
          .map(({ name, of, by }) => {
            const value = derivative(of, by) as Tensor
            return [name, spread(runtime, value, ofNeurons, runtime.temporary([1, batch, size]))] as const
          })
        const known = names.map(([, name]) => [name, whole(shown()[name]!)] as const)
        own!.advance({ ...Object.fromEntries([...given, ...known]), x: whole(x) }, numbers)
      }
      if (late === undefined) {
        base.advance({ x }, numbers)
        return
      }
      base.ahead(lag + 1, { x }, numbers, late)
      const first = runtime.temporary([1, batch, width], x.kind)
      backend.slice(x, 0, first)
      base.advance({ x: first }, numbers)
    },
  }
}
