import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSession, encode, type Session, sgd } from '@hillock/core'
import { type Batch, createRuntime, forward, type RuntimeControl, type Tensor } from '@hillock/core/learner'
import { stream } from '@hillock/core/random'
import { bptt } from '@hillock/learner-bptt'
import type { Contender } from '../backends.ts'
import { createStepper, type Stepper } from '../stepper.ts'
import { encoderOf, learners, networkOf, sessionOf, timedRate, type Workload } from '../workloads.ts'
import { type Clock, createClock } from './clock.ts'
import { type Exchanged, poolBatches, readFloats } from './exchange.ts'
import type { Side } from './side.ts'

/** So large a rate that what is left of the weights is the gradient. */
const gradientRate = 2 ** 20

/**
 * hillock in this process. Whole steps go through the public session; without their encoding, or alone, the parts go through the runtime
 * that learners are given.
 */
export function hillockSide(start: Exchanged, { backend: on, make }: Contender): Side {
  let folder: string
  let workload: Workload
  let session: Session
  let stepper: Stepper
  let runtime: RuntimeControl
  const trainer = learners.bptt(timedRate)
  let at = 0

  const batchOf = (input: Tensor, index: number): Batch => {
    const { batch: size, steps } = workload
    const labels = start.labels.subarray(index * size, (index + 1) * size)
    return { input, labels, steps, size, progress: { update: at, updates: 1e6, epoch: 0, epochs: 1 } }
  }

  const given = (): Batch => {
    const [values, { batch, sizes }] = [readFloats(folder, 'input.f32'), workload]
    const rows = values.length / batch / sizes[0]!
    const input = runtime.temporary([rows, batch, sizes[0]!], rows > 1 ? 'spikes' : 'real')
    runtime.backend.write(input, values)
    return batchOf(input, 0)
  }

  function encodeNext(): Batch {
    const [{ batch, sizes, steps }, { backend }] = [workload, runtime]
    const index = at++ % poolBatches
    const pixels = runtime.temporary([1, batch, sizes[0]!])
    backend.write(pixels, start.images.subarray(index * batch * sizes[0]!, (index + 1) * batch * sizes[0]!))
    const random = { seed: 1, stream: stream.encoding, step: at, place: 0 }
    const encoded = encode(backend, encoderOf(workload), pixels, { steps, random })
    return batchOf(encoded === pixels ? pixels : runtime.adopt(encoded), index)
  }

  /** Work is queued: it is done when something behind it is. */
  const settled = () => runtime.backend.read(runtime.temporary([1]))

  async function inParts(part: 'train' | 'encode', clock: Clock): Promise<void> {
    const batch = encodeNext()
    if (part === 'train') {
      await settled()
      clock.start()
      await trainer.step(runtime, batch)
    }
    await settled()
    clock.stop()
    runtime.endStep()
  }

  return {
    name: on === 'wasm' ? 'hillock' : `hillock on ${on}`,
    async start(where, told) {
      ;[folder, workload] = [where, told]
      const { snapshot } = start
      const options = sessionOf(workload, trainer)
      session = createSession({ ...options, snapshot, backend: await make() })
      const [features, classes] = [workload.sizes[0]!, workload.sizes.at(-1)!]
      const train = { images: start.images, labels: start.labels, count: start.labels.length, features, classes }
      const one = {
        ...train,
        images: train.images.subarray(0, features),
        labels: train.labels.subarray(0, 1),
        count: 1,
      }
      stepper = createStepper(session, { train, test: one }, workload.batch)
      const { network, loss } = options
      runtime = createRuntime({ network, loss, seed: 1, snapshot, backend: await make() })
      return 'hillock'
    },
    async check() {
      const backend = await make()
      const [network, loss] = [networkOf(workload), sessionOf(workload, trainer).loss]
      const own = runtime
      runtime = createRuntime({ network, loss, seed: 1, snapshot: start.snapshot, backend })
      const batch = given()
      for (const { layer, spikes } of forward(runtime, batch))
        writeFileSync(join(folder, `${layer.name}.spikes.u8`), Uint8Array.from(await runtime.backend.read(spikes)))
      await bptt({ optimizer: sgd({ learningRate: gradientRate }) }).step(runtime, batch)
      const after = await runtime.snapshot()
      for (const [name, { values }] of start.snapshot) {
        const gradient = values.map((value, i) => (value - after.get(name)!.values[i]!) / gradientRate)
        writeFileSync(join(folder, `${name}.gradient.f32`), gradient)
      }
      await runtime.dispose()
      runtime = own
    },
    async steps(count, part) {
      const clock = createClock()
      for (let i = 0; i < count; i++) {
        clock.start()
        if (part === 'whole') {
          await stepper.step()
          clock.stop()
        } else await inParts(part, clock)
      }
      return clock
    },
    async end() {
      await stepper.stop()
      await session.dispose()
      await runtime.dispose()
    },
  }
}
