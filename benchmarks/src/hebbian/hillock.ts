import { crossEntropy } from '@hillock/core'
import { type Batch, createRuntime } from '@hillock/core/learner'
import { type Contender, label } from '../backends.ts'
import { createClock } from '../peers/clock.ts'
import { learner, network, type Outcome, type Side, type Start, weightNames, workload } from './workload.ts'

/** Whole steps of the learner, from spikes and weights that a backend holds to new weights on it. */
export async function hillockSide({ snapshot, spikes, labels }: Start, contender: Contender): Promise<Side> {
  const { batch, steps, inputs } = workload
  const runtime = createRuntime({ network, backend: await contender.make(), loss: crossEntropy(), seed: 0, snapshot })
  const { backend } = runtime
  const input = backend.alloc([steps, batch, inputs], 'spikes')
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const given: Batch = { input, labels, steps, size: batch, progress }
  /** Work may be queued: it is done when something behind it is. */
  const settled = () => backend.read(runtime.temporary([1]))
  async function fromStart(): Promise<void> {
    // Written anew, so that nothing is known of it that a step would have to find out.
    backend.write(input, spikes)
    for (const [name, { shape, values }] of snapshot) backend.write(runtime.tensor(name, shape), values)
    await settled()
  }
  // V8 compiles for speed what has run some dozen times.
  for (let i = 0; i < 50; i++) {
    await fromStart()
    await learner.step(runtime, given)
    runtime.endStep()
  }
  return {
    runner: {
      name: `hillock, ${label(contender)}`,
      async run(count) {
        const clock = createClock()
        for (let i = 0; i < count; i++) {
          await fromStart()
          clock.start()
          await learner.step(runtime, given)
          await settled()
          clock.stop()
          runtime.endStep()
        }
        return clock
      },
    },
    async outcome(): Promise<Outcome> {
      await fromStart()
      const { activity } = await learner.step(runtime, given)
      const counts: Float32Array[] = []
      for (const { sum } of activity!.slice(1)) counts.push(Float32Array.from(await backend.read(sum)))
      runtime.endStep()
      const after = await runtime.snapshot()
      return { counts, weights: weightNames.map((name) => Float32Array.from(after.get(name)!.values)) }
    },
    end: () => runtime.dispose(),
  }
}
