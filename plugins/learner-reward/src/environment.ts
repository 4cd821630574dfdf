import { type Encoder, encode, HillockError } from '@hillock/core'
import { checkRange } from '@hillock/core/encoders'
import { type Batch, classify, forward, newCarry, type Runtime, type Tensor } from '@hillock/core/learner'
import { stream } from '@hillock/core/random'

/** An environment for several networks side by side: each observes, acts and gets a reward. */
export interface Environment {
  /** Starts `count` new episodes. Random numbers should follow from `step`, which counts batches, so that training can be resumed. */
  begin(count: number, step: number): void
  /** Returns the observations, [count, inputs], row-major, in the range that the encoder takes. */
  observe(): ArrayLike<number>
  /** Performs [count] actions, each the output that fired most, and returns the reward of each. */
  act(actions: ArrayLike<number>): ArrayLike<number>
}

interface Life {
  readonly encoder: Encoder
  /** Time steps for each action. */
  readonly period: number
}

/**
 * Lives through a batch of episodes, one action in each period: the batch with what was seen as its input, and the rewards, [B, T]. The same numbers are
 * drawn when the batch is run as a whole, so its spikes are those that acted. Throws HILLOCK_OPTION if the steps make no whole periods, or the
 * environment gives another number of values than there are inputs, or of rewards than episodes. Throws HILLOCK_UNSUPPORTED if there are several
 * periods and a layer has batch norm.
 */
export async function live(
  runtime: Runtime,
  batch: Batch,
  environment: Environment,
  { encoder, period }: Life,
): Promise<{ readonly batch: Batch; readonly rewards: Float64Array }> {
  const { network, backend, seed } = runtime
  const { steps, size, progress } = batch
  const { inputs, layers } = network
  const output = layers.at(-1)!
  if (steps % period !== 0) refuse(`${steps} steps make no whole periods of ${period}`, `use a multiple of ${period}`)
  if (period < steps) checkParts(runtime)
  const encoded = (values: Tensor, count: number, from: number): Tensor => {
    const random = { seed, stream: stream.encoding, step: progress.update, place: 0, from }
    const made = encode(backend, encoder, values, { steps: count, whole: steps, random })
    return made === values ? values : runtime.adopt(made)
  }
  const seen = new Float32Array(steps * size * inputs)
  const rewards = new Float64Array(size * steps)
  let [carry, into] = [newCarry(runtime, size), newCarry(runtime, size)]
  environment.begin(size, progress.update)
  for (let from = 0; from < steps; from += period) {
    const values = Float32Array.from(environment.observe())
    if (values.length !== size * inputs) {
      const hint = `give ${inputs} for each, as the network has inputs`
      refuse(`the environment shows ${values.length} values to ${size} episodes`, hint)
    }
    checkRange(encoder, values)
    for (let t = from; t < from + period; t++) seen.set(values, t * values.length)
    const actions = await runtime.scope(async () => {
      const given = runtime.temporary([1, size, inputs])
      backend.write(given, values)
      const input = encoded(given, period, from)
      const span: Batch = { input, labels: [], steps: period, size, from, progress }
      const passes = forward(runtime, span, { ...(from > 0 && { carry }), into, training: true })
      const counts = runtime.temporary([size, output.size])
      backend.sum(passes.at(-1)!.spikes, counts)
      return classify(await backend.read(counts), new Array(size).fill(0), output.size).predictions
    })
    const found = environment.act(actions)
    if (found.length !== size)
      refuse(`the environment gives ${found.length} rewards`, `give ${size}, one for each episode`)
    for (let b = 0; b < size; b++) rewards[b * steps + from + period - 1] = found[b]!
    ;[carry, into] = [into, carry]
  }
  const whole = runtime.temporary([steps, size, inputs])
  backend.write(whole, seen)
  return { batch: { ...batch, input: encoded(whole, steps, 0) }, rewards }
}

/** Throws HILLOCK_UNSUPPORTED if a layer has batch norm: what it does in a period would differ from what it does in all of the time. */
function checkParts({ network: { layers } }: Runtime): void {
  const normalized = layers.find(({ sources }) =>
    sources.some(({ parts }) => parts.some(({ link }) => link.normalized !== undefined)),
  )
  if (normalized === undefined) return
  const found = `reward: ${normalized.name} has batchNorm, whose statistics are of all time steps, and acts before they are over`
  const hint = 'leave batchNorm out, or let a period have all time steps'
  throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint })
}

function refuse(found: string, hint: string): never {
  throw new HillockError('HILLOCK_OPTION', `reward: ${found}`, { hint })
}
