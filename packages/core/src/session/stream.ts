import type { Tensor, Values } from '../backend.ts'
import { checkRange } from '../encoders/encoder.ts'
import { placesOf } from '../equations/draws.ts'
import { conclude } from '../metrics.ts'
import { checkOptions, is } from '../options.ts'
import { type Carry, newCarry } from '../runtime/carry.ts'
import type { Classified } from '../runtime/classify.ts'
import { forward, sliced } from '../runtime/forward.ts'
import { outputError } from '../runtime/output-error.ts'
import type { Batch } from '../runtime/pass.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { encoded, isStill } from './encoded.ts'
import { framesOf, laid, lastSteps } from './frames.ts'
import { type SessionState, unseen } from './session-state.ts'

/** Options of `session.stream`. */
export interface StreamOptions {
  /**
   * Samples that go through the network side by side, from 1.
   * @default 1
   */
  readonly batch?: number
}

/** Options of `stream.step`. */
export interface StepOptions {
  /** Time steps of the span. Default: 1, or with `rows` as many as there are values for. */
  readonly steps?: number
}

/** The output of a network for a span of time. */
export interface StreamStep {
  /** [batch, steps, outputs], row-major: what the loss reads of the last layer, its spikes or a state. */
  readonly output: Values
  /** [batch, steps, outputs], row-major: what the last layer gave out. */
  readonly spikes: Values
  /** [batch, outputs]: the logits or evidence that the loss uses, for this span only. */
  readonly scores: Float64Array
  /** [batch]: the index of the largest score of each sample. */
  readonly predictions: Classified['predictions']
}

/** Runs a network span by span. Between calls it holds nothing on the backend. */
export interface SessionStream {
  /** Time steps since the start. */
  readonly steps: number
  /**
   * Runs the network for a span of time. `input` is [batch, inputs], shown at each step of the span; with an encoder of `rows` it is [batch, steps, inputs].
   * Throws HILLOCK_SHAPE if the number of values is wrong, HILLOCK_OPTION if `input` is not a `Float32Array`, HILLOCK_RANGE if a value cannot be
   * encoded, HILLOCK_NOT_FINITE if the network computes NaN or infinity, HILLOCK_BUSY and HILLOCK_DISPOSED like the session. The stream is then
   * unchanged.
   */
  step(input: Float32Array, options?: StepOptions): Promise<StreamStep>
  /** Resets the stream to the start. Throws HILLOCK_BUSY or HILLOCK_DISPOSED like the session. */
  reset(): Promise<void>
}

type States = readonly Readonly<Record<string, Values>>[]

/** A step that something can go on from, and its states there. */
interface Spot {
  readonly at: number
  readonly states?: States
}

/** Where a stream stands: the frames are what was shown since the spot of the encoder. */
interface Place {
  readonly steps: number
  readonly frames: readonly Float32Array[]
  readonly encoder: Spot
  readonly network: Spot
}

const start: Place = { steps: 0, frames: [], encoder: { at: 0 }, network: { at: 0 } }

/** Random numbers are drawn for so many steps at once: what draws goes on from a multiple of it, and runs up to 15 steps again. */
const block = 16

/** Opens a stream at its start. Throws HILLOCK_OPTION if an option is unknown or its value is not allowed. */
export function openStream(work: SessionState, options: StreamOptions = {}): SessionStream {
  checkOptions('stream', options, { batch: is.whole(1) })
  const { batch = 1 } = options
  const { network, encoder, turns } = work
  const periodOf = (draws: boolean) => (draws ? block : 1)
  const noisy = network.layers.some(({ draws }) => draws > 0)
  const periods = {
    encoder: periodOf(noisy || placesOf(encoder.kernels.compiled.step) > 0),
    network: periodOf(noisy),
  }
  let place = start

  /** Runs a span, and gives where the stream then stands. */
  async function run(shown: readonly Float32Array[]): Promise<{ readonly result: StreamStep; readonly next: Place }> {
    const { runtime } = work
    const steps = place.steps + shown.length
    const frames = [...place.frames, ...shown]
    const progress = unseen(0)
    const roomFor = (name: string) => [name, runtime.temporary([batch, network.inputs])] as const
    const coding = await goOn(runtime, place.encoder, steps, {
      period: periods.encoder,
      room: () => [Object.fromEntries(encoder.kernels.forward.states.map(roomFor))],
      run: (from, to, carry, into) => {
        const given = laid(encoder, frames.slice(0, to - from), { batch, inputs: network.inputs })
        return encoded(work, given, {
          steps: to - from,
          step: progress.update,
          from,
          carry: carry?.[0],
          into: into?.[0],
        })
      },
    })
    const { network: spot } = place
    const later = spot.at - place.encoder.at
    const input = later === 0 ? coding.result : sliced(runtime, coding.result, later, steps - spot.at)
    const still = isStill(encoder)
    const whole: Batch = {
      input,
      labels: new Array(batch).fill(0),
      steps: steps - spot.at,
      size: batch,
      still,
      from: spot.at,
      progress,
    }
    const ran = await goOn(runtime, spot, steps, {
      period: periods.network,
      room: () => newCarry(runtime, batch),
      run: (from, to, carry, into) => forward(runtime, whole, { steps: to - from, carry, into }),
    })
    const output = ran.result.at(-1)!
    const span = { steps: shown.length, batch, size: output.layer.size }
    const seen = async (tensor: Tensor) => lastSteps(await runtime.backend.read(tensor), span)
    const { scores, predictions } = await outputError(runtime, output, whole.labels, { window: shown.length })
    const spikes = await seen(output.spikes)
    const { reads } = runtime.loss
    const read = reads === 'spike' ? spikes : await seen(output.kept[reads]!)
    await conclude(runtime)
    return {
      result: { output: read, spikes, scores, predictions },
      next: { steps, frames: frames.slice(coding.spot.at - place.encoder.at), encoder: coding.spot, network: ran.spot },
    }
  }

  return {
    get steps() {
      return place.steps
    },
    step: (input, given = {}) =>
      turns.alone('stream.step', async () => {
        checkOptions('stream.step', given, { steps: is.whole(1) })
        const shown = framesOf(encoder, input, { batch, inputs: network.inputs, steps: given.steps })
        checkRange(encoder, input)
        try {
          const { result, next } = await run(shown)
          place = next
          return result
        } finally {
          work.runtime.endStep()
        }
      }),
    reset: () =>
      turns.alone('stream.reset', async () => {
        place = start
      }),
  }
}

interface Part<R> {
  /** It goes on from multiples of this many steps. */
  readonly period: number
  room(): Carry
  run(from: number, to: number, carry: Carry | undefined, into: Carry | undefined): R
}

/** Runs a part from its spot to step `to`, and gives the last spot until there that it can go on from. */
async function goOn<R>(
  runtime: Runtime,
  spot: Spot,
  to: number,
  { period, room, run }: Part<R>,
): Promise<{ readonly result: R; readonly spot: Spot }> {
  const { at, states } = spot
  const carry = states && put(runtime, room(), states)
  const last = to - (to % period)
  const into = last > at ? room() : undefined
  const result = run(at, to, carry, last === to ? into : undefined)
  if (into === undefined) return { result, spot }
  if (last < to) run(at, last, carry, into)
  return { result, spot: { at: last, states: await taken(runtime, into) } }
}

function put({ backend }: Runtime, carry: Carry, states: States): Carry {
  for (const [i, own] of carry.entries())
    for (const [name, tensor] of Object.entries(own)) backend.write(tensor, states[i]![name]!)
  return carry
}

const taken = ({ backend }: Runtime, carry: Carry): Promise<States> =>
  Promise.all(
    carry.map(async (own) => {
      const read = Object.entries(own).map(async ([name, tensor]) => [name, await backend.read(tensor)] as const)
      return Object.fromEntries(await Promise.all(read))
    }),
  )
