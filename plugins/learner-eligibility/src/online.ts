import { HillockError, type Learner, type Network, type Optimizer } from '@hillock/core'
import { type Kernels, kernels } from '@hillock/core/backend'
import {
  type Carry,
  classify,
  counted,
  forward,
  type LayerPass,
  newCarry,
  type Runtime,
  type Tensor,
  update,
  wantedOf,
} from '@hillock/core/learner'
import type { TrainingProgress } from '@hillock/core/optimizers'
import { sizeOf } from '@hillock/core/options'
import { checkReadout, checkSources } from './check-sources.ts'
import type { Tensors } from './moving.ts'
import { onlineLayer } from './online-layer.ts'
import { type Feedback, learningSignals } from './signal.ts'
import { spread } from './synapses.ts'
import { nameOf, type Traces, tracesOf } from './traces.ts'

export interface OnlineOptions {
  readonly optimizer: Optimizer
  readonly feedback: Feedback
  readonly deviation: number | undefined
  /** What is carried to hidden layers: the error of the output, or of the readout's current, with what its states remember. */
  readonly error: 'output' | 'current'
  readonly every: number | undefined
}

/**
 * Runs forward in time only: at each step the error of that step is multiplied with the traces, and the changes are added up. Besides the input,
 * nothing is kept for each step. Throws HILLOCK_OPTION if the loss is not of each step.
 */
export function onlineStep({ optimizer, feedback, deviation, error: carried, every }: OnlineOptions): Learner['step'] {
  const known = new WeakMap<Network, Prepared>()

  return async (runtime, batch) => {
    const { network, backend, loss } = runtime
    if (!loss.each) {
      const hint = "use a loss of each step, such as crossEntropy({ reduce: 'each' }), or mode: 'algebraic'"
      throw new HillockError('HILLOCK_OPTION', `eligibility online: ${loss.name} is not known while time runs`, {
        hint,
      })
    }
    const { traces, tally } =
      known.get(network) ?? prepared(runtime, { back: feedback === 'symmetric', heard: carried === 'current' })
    known.set(network, { traces, tally })
    const { steps, size, labels } = batch
    const layers = network.layers.map((layer, i) => onlineLayer(runtime, layer, size, traces[i]!))
    const output = layers.at(-1)!
    const totals = network.layers.map(({ size: units }) => ({ sum: scalar(runtime), values: steps * size * units }))
    const sums = Object.fromEntries(totals.map(({ sum }, i) => [`sum${i}`, sum]))
    const room = () => newCarry(runtime, size, { alarm: true })
    const spare = room()
    let [carry, into]: [Carry | undefined, Carry] = [undefined, room()]
    const { reads } = loss
    const classes = output.layer.size
    const error = runtime.temporary([1, size, classes])
    const period = every ?? steps
    const scores = new Float64Array(size * classes)
    let total = 0

    async function step(t: number): Promise<void> {
      const span = { from: t, steps: 1, carry, into, watch: t === steps - 1 }
      const passes = forward(runtime, batch, { ...span, learn: true })
      const [last, ...hidden] = passes.toReversed() as [LayerPass, ...LayerPass[]]
      const values = await backend.read(reads === 'spike' ? last.spikes : last.kept[reads]!)
      const wanted = wantedOf(batch, classes, t, 1) ?? labels
      const found = loss.evaluate(values, wanted, { steps: 1, batch: size, classes })
      total += found.loss / steps
      for (let i = 0; i < scores.length; i++) scores[i]! += found.scores[i]!
      const signal = found.signal.map((value) => value / steps)
      backend.write(error, signal)
      const top = output.learn(last, reads, error)
      const send = (errors: Tensors) => learningSignals(runtime, passes, errors, { feedback, deviation })
      const signals = send(carried === 'current' ? top.currents : { [reads]: error })
      const heard = new Map<string, ReadonlyMap<number, Tensor>>()
      if (carried === 'current')
        for (const [state, answer] of Object.entries(top.states)) {
          const whole = spread(runtime, answer, traces.at(-1)!.itself, runtime.temporary(error.shape))
          heard.set(nameOf(state), send({ [last.layer.neuron.definition.inputs[0]!]: whole }))
        }
      for (const pass of hidden) {
        const { index, size: units } = pass.layer
        const own = [...heard].map(([state, found]) => {
          const room = runtime.temporary([size, units])
          return [state, spread(runtime, found.get(index)!, traces[index]!.itself, room)] as const
        })
        layers[index]!.learn(pass, 'spike', signals.get(index)!, Object.fromEntries(own))
      }
      for (const pass of passes) layers[pass.layer.index]!.advance(pass)
      const given = passes.map(({ spikes }, i) => [`x${i}`, counted(runtime, spikes, 0).sum] as const)
      backend.map(tally.forward, { inputs: Object.fromEntries(given), states: sums, setup: {} })
      ;[carry, into] = [into, carry ?? spare]
    }

    for (let t = 0; t < steps; t++) {
      await runtime.scope(() => step(t))
      if ((t + 1) % period !== 0 && t + 1 < steps) continue
      const learnt = await Promise.all(layers.map((layer) => layer.take()))
      await update(runtime, optimizer, learnt, round(batch.progress, Math.floor(t / period), Math.ceil(steps / period)))
    }
    const input = counted(runtime, batch.input, sizeOf(batch.input.shape))
    const correct = batch.targets ? 0 : classify(scores, labels, classes).correct
    return { loss: total, correct, activity: [input, ...totals] }
  }
}

/** Where training stands at one of several updates in a batch. */
const round = ({ update, updates, ...epochs }: TrainingProgress, index: number, count: number): TrainingProgress => ({
  ...epochs,
  update: update * count + index,
  updates: updates * count,
})

/** What follows from a network alone. */
interface Prepared {
  /** By layer. */
  readonly traces: readonly Traces[]
  /** Adds up what each layer gives out. */
  readonly tally: Kernels
}

function prepared(runtime: Runtime, { back, heard }: { back: boolean; heard: boolean }): Prepared {
  const { layers } = runtime.network
  const tally = kernels({
    name: 'tally',
    equations: layers.map((_, i) => `sum${i} = sum${i} + x${i}`).join('\n'),
    inputs: layers.map((_, i) => `x${i}`),
    params: [],
    state: Object.fromEntries(layers.map((_, i) => [`sum${i}`, 0])),
    outputs: [],
    record: [],
  })
  const output = layers.at(-1)!
  const readout = tracesOf(runtime, output)
  if (heard) checkReadout(output, readout)
  const traces = layers.map((layer) => {
    const made = layer === output ? readout : tracesOf(runtime, layer, heard ? readout : undefined)
    checkSources(layer, { own: made.own.length > 0, back })
    return made
  })
  return { traces, tally }
}

function scalar(runtime: Runtime): Tensor {
  const tensor = runtime.temporary([])
  runtime.backend.write(tensor, [0])
  return tensor
}
