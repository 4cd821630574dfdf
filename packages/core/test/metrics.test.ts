import { describe, expect, test } from '@jest/globals'
import { dense } from '../src/connections/dense.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { activityWarnings, conclude, density, newActivity, synapticOperations } from '../src/metrics.ts'
import { sequential } from '../src/network/sequential.ts'
import { leakyIntegrator } from '../src/neurons/leaky-integrator.ts'
import { lif } from '../src/neurons/lif.ts'
import { reference } from '../src/reference/backend.ts'
import { activityOf, createCounter } from '../src/runtime/activity.ts'
import { forward } from '../src/runtime/forward.ts'
import { createRuntime } from '../src/runtime/runtime.ts'

const ones = { weight: { constant: 1 }, bias: false } as const
const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }

/** Two inputs, of which the first is on, into so many neurons at this threshold, and those into a readout; T = 5, B = 1. */
function run(threshold: number, input = [1, 0]) {
  const network = sequential(2, [dense(3, ones), lif({ beta: 0, threshold }), dense(1, ones), leakyIntegrator()])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const tensor = runtime.temporary([1, 1, 2])
  runtime.backend.write(tensor, input)
  const passes = forward(runtime, { input: tensor, labels: [0], steps: 5, size: 1, progress }, { learn: true })
  return { network, runtime, passes }
}

/** The activity of so many steps that are all alike. */
async function counted({ network, runtime, passes }: ReturnType<typeof run>, steps = 1) {
  const activity = newActivity(network)
  const counter = createCounter(activity)
  const { live } = runtime.backend
  for (let i = 0; i < steps; i++) counter.add(runtime, activityOf(runtime, passes), 1)
  await counter.settle()
  runtime.endStep()
  expect(runtime.backend.live).toBeLessThan(live)
  return activity
}

test('counts spikes and the additions that they cause', async () => {
  const ran = run(0.5)
  const { network } = ran
  const activity = await counted(ran, 2)
  expect(density(activity).slice(0, 2)).toEqual([0.5, 1])
  // As events one input reaches three neurons; as graded values both do. Then 5 steps of 3 spikes reach the readout.
  expect(synapticOperations(network, true, activity)).toBe(3 + 15)
  expect(synapticOperations(network, false, activity)).toBe(6 + 15)
})

test('counts beyond what one f32 holds, to the last spike', async () => {
  const { network, runtime } = run(0.5)
  const [large, one] = [2 ** 24, 1].map((value) => {
    const sum = runtime.temporary([])
    runtime.backend.write(sum, [value])
    return [{ sum, values: value }]
  })
  const activity = newActivity(network)
  const counter = createCounter(activity)
  for (const sum of [large!, one!, one!, large!, one!]) counter.add(runtime, sum, 1)
  await counter.settle()
  expect(activity.spikes[0]).toBe(2 ** 25 + 3)
  expect(activity.values[0]).toBe(2 ** 25 + 3)
  expect(activity.samples).toBe(5)
})

describe('warnings', () => {
  const warningsFor = async (threshold: number) => {
    const ran = run(threshold)
    return activityWarnings(ran.network, await counted(ran))
  }

  test('of a layer that never fired', async () => {
    const [warning] = await warningsFor(2)
    expect(warning).toMatchObject({ code: 'HILLOCK_DEAD_LAYER', message: expect.stringContaining('layer1 (lif)') })
  })

  test('of a layer that fired at every step, but not of a graded one', async () => {
    const found = await warningsFor(0.5)
    expect(found).toEqual([
      { code: 'HILLOCK_SATURATED_LAYER', message: expect.stringContaining('layer1 (lif) fired at every step') },
    ])
  })

  test('none where nothing was run', () => {
    const { network } = run(1)
    expect(activityWarnings(network, newActivity(network))).toEqual([])
  })
})

describe('a loss that is no number', () => {
  const reasonFor = async (spoil: (given: ReturnType<typeof run>) => void, input?: number[]) => {
    const ran = run(0.5, input)
    spoil(ran)
    return conclude(ran.runtime, { loss: Number.NaN }).then(
      () => 'nothing',
      (error) => `${error.code}: ${error.message.split('\n')[0]}`,
    )
  }

  test('is laid to the first layer with bad currents', async () => {
    expect(await reasonFor(() => {}, [Number.NaN, 0])).toBe(
      'HILLOCK_NOT_FINITE: the loss is NaN: currents into layer1 are not finite',
    )
    const second = await reasonFor(({ runtime: { backend }, passes }) =>
      backend.write(passes[1]!.currents.input!, [0, 0, NaN, 0, 0]),
    )
    expect(second).toContain('currents into layer2')
  })

  test('is laid to neurons that overflow', async () => {
    const found = await reasonFor(({ runtime: { backend }, passes }) =>
      backend.write(passes[1]!.spikes, [0, 0, Infinity, 0, 0]),
    )
    expect(found).toContain('what layer2 (leakyIntegrator) gives')
  })

  test('is laid to weights where the step itself was sound', async () => {
    const found = await reasonFor(({ runtime }) => {
      runtime.backend.write(runtime.tensor('layer2.weight', [3, 1]), [0, NaN, 0])
    })
    expect(found).toContain("'layer2.weight' is not finite")
  })

  test('or to the loss itself', async () => {
    expect(await reasonFor(() => {})).toContain('all that the layers give is finite')
  })

  test('does not stop a sound step', async () => {
    await conclude(run(0.5).runtime, { loss: 1.5 })
  })
})
