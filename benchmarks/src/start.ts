import { wasm } from '@hillock/backend-wasm'
import { createSession, type Examples, type Learner, type Session, type Snapshot } from '@hillock/core'
import { take } from '@hillock/datasets'
import { dataOf } from './images.ts'
import { createStepper } from './stepper.ts'
import { learners, sessionOf, type Workload } from './workloads.ts'

/** Parameters that a workload starts from. */
export interface Start {
  readonly snapshot: Snapshot
  /** Share of the input and of each layer's neurons that fire. */
  readonly density: readonly number[]
}

/** Brings the network of a workload to fire as it should. */
export async function startOf(workload: Workload): Promise<Start> {
  const data = await dataOf(workload)
  const looked = take(data.test, workload.batch)
  if ('density' in workload.start) return scaled(workload, workload.start.density, looked)
  const session = await open(workload, learners.bptt())
  const stepper = createStepper(session, { train: data.train, test: take(data.test, 1) }, workload.batch)
  for (let i = 0; i < workload.start.trained; i++) await stepper.step()
  const trained = await session.snapshot()
  await stepper.stop()
  const { density } = await session.evaluate(looked)
  await session.dispose()
  // Moments are left behind: other libraries start without them, too.
  return {
    snapshot: new Map([...trained].filter(([name]) => /^layer\d+\.(weight|bias|recurrent)$/.test(name))),
    density,
  }
}

const open = async (workload: Workload, learner: Learner, snapshot?: Snapshot): Promise<Session> =>
  createSession({ ...sessionOf(workload, learner), backend: await wasm({ threads: 1 }), ...(snapshot && { snapshot }) })

/** Multiplies the new parameters of each layer, from the first on, until the wanted share of its neurons fires. */
async function scaled(workload: Workload, wanted: number, looked: Examples): Promise<Start> {
  const session = await open(workload, learners.bptt())
  let snapshot = await session.snapshot()
  await session.dispose()
  let density: readonly number[] = []
  for (let layer = 1; layer < workload.sizes.length; layer++) {
    let [low, high] = [0.1, 100]
    let tried = snapshot
    for (let i = 0; i < 12; i++) {
      const gain = Math.sqrt(low * high)
      tried = new Map([...snapshot].map(([name, p]) => [name, name.startsWith(`layer${layer}.`) ? times(p, gain) : p]))
      const attempt = await open(workload, learners.bptt(), tried)
      density = (await attempt.evaluate(looked, { batchSize: looked.count })).density
      await attempt.dispose()
      if (density[layer]! < wanted) low = gain
      else high = gain
    }
    snapshot = tried
  }
  return { snapshot, density }
}

const times = ({ shape, values }: { shape: readonly number[]; values: ArrayLike<number> }, gain: number) => ({
  shape,
  values: Float32Array.from(values, (value) => gain * value),
})
