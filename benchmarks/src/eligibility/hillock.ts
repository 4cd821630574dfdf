import { type Batch, createRuntime, forward } from '@hillock/core/learner'
import { type Contender, label } from '../backends.ts'
import { createClock } from '../peers/clock.ts'
import type { Checked } from '../peers/exchange.ts'
import type { Times } from '../peers/side.ts'
import type { Runner } from '../peers/turns.ts'
import { learner, loss, network, type Start, workload } from './workload.ts'

/** So large a rate that what is left of the weights is the gradient; so small a one that they stay. */
const [gradientRate, timedRate] = [2 ** 20, 1e-6]

export interface Side {
  /** A whole step but for its encoding. */
  readonly whole: Runner
  /** From what the layers did to the gradients of all weights. */
  readonly update: Runner
  check(): Promise<Checked>
  end(): Promise<void>
}

export async function hillockSide({ snapshot, spikes, labels }: Start, contender: Contender): Promise<Side> {
  const { batch, steps, sizes } = workload
  const runtime = createRuntime({ network, backend: await contender.make(), loss, seed: 1, snapshot })
  const { backend } = runtime
  const input = backend.alloc([steps, batch, sizes[0]!], 'spikes')
  backend.write(input, spikes)
  const progress = { update: 0, updates: 1e6, epoch: 0, epochs: 1 }
  const given: Batch = { input, labels, steps, size: batch, progress }
  const timed = learner(timedRate)
  const name = `hillock, ${label(contender)}`
  /** Work may be queued: it is done when something behind it is. */
  const settled = () => backend.read(runtime.temporary([1]))

  /** Times whole steps, and notes how long their backward parts took by the runtime's own clock, which stands where the work is done. */
  async function timeSteps(count: number) {
    const clock = createClock()
    const backward: number[] = []
    for (let i = 0; i < count; i++) {
      await settled()
      clock.start()
      await timed.step(runtime, given)
      await settled()
      clock.stop()
      backward.push(runtime.parts.backward)
      runtime.endStep()
    }
    return { clock, backward }
  }

  return {
    whole: { name, run: async (count) => (await timeSteps(count)).clock },
    update: {
      name,
      async run(count): Promise<Times> {
        const { clock, backward } = await timeSteps(count)
        // Of processors' time it has the share that it has of the whole step's.
        return { ms: backward, cpuMs: backward.map((ms, i) => (clock.cpuMs[i]! * ms) / clock.ms[i]!) }
      },
    },
    async check() {
      const found = await Promise.all(forward(runtime, given).map((pass) => backend.read(pass.spikes)))
      runtime.endStep()
      await learner(gradientRate).step(runtime, given)
      runtime.endStep()
      const after = await runtime.snapshot()
      const gradients: Record<string, Float32Array> = {}
      for (const [parameter, { shape, values }] of snapshot) {
        if (parameter.endsWith('feedback')) continue
        const now = after.get(parameter)!.values
        gradients[parameter] = Float32Array.from(values, (value, i) => (value - now[i]!) / gradientRate)
        backend.write(runtime.tensor(parameter, shape), values)
      }
      return { spikes: found.map((layer) => Uint8Array.from(layer)), gradients }
    },
    end: () => runtime.dispose(),
  }
}
