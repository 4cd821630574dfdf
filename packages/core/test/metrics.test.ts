import { describe, expect, test } from '@jest/globals'
import { dense } from '../src/connection.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { activityWarnings, conclude, density, newActivity, synapticOperations } from '../src/metrics.ts'
import { sequential } from '../src/network.ts'
import { leakyIntegrator } from '../src/neurons/leaky-integrator.ts'
import { lif } from '../src/neurons/lif.ts'
import { reference } from '../src/reference/backend.ts'
import { forward } from '../src/runtime/forward.ts'
import { createRuntime } from '../src/runtime/runtime.ts'

const ones = { weight: { constant: 1 }, bias: false } as const
const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }

/** Two inputs, of which the first is on, into so many neurons at this threshold, and those into a readout; T = 5, B = 1. */
function run(threshold: number, input = [1, 0]) {
  const network = sequential(2, [dense(3, ones), lif({ beta: 0, threshold }), dense(1, ones), leakyIntegrator()])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const tensor = runtime.temporary([1, 1, 2])
  runtime.backend.write(tensor, input)
  forward(runtime, { input: tensor, labels: [0], steps: 5, size: 1, progress }, { learn: true })
  return { network, runtime }
}

test('counts spikes and the additions that they cause', async () => {
  const { network, runtime } = run(0.5)
  const activity = newActivity(network)
  await conclude(runtime, activity)
  await conclude(runtime, activity)
  expect(density(activity).slice(0, 2)).toEqual([0.5, 1])
  // As events one input reaches three neurons; as graded values both do. Then 5 steps of 3 spikes reach the readout.
  expect(synapticOperations(network, true, activity)).toBe(3 + 15)
  expect(synapticOperations(network, false, activity)).toBe(6 + 15)
})

describe('warnings', () => {
  const warningsFor = async (threshold: number) => {
    const { network, runtime } = run(threshold)
    const activity = newActivity(network)
    await conclude(runtime, activity)
    return activityWarnings(network, activity)
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
  const reasonFor = async (spoil: (given: ReturnType<typeof run>['runtime']) => void, input?: number[]) => {
    const { runtime } = run(0.5, input)
    spoil(runtime)
    return conclude(runtime, newActivity(runtime.network), { loss: Number.NaN }).then(
      () => 'nothing',
      (error) => `${error.code}: ${error.message.split('\n')[0]}`,
    )
  }

  test('is laid to the first layer with bad currents', async () => {
    expect(await reasonFor(() => {}, [Number.NaN, 0])).toBe(
      'HILLOCK_NOT_FINITE: the loss is NaN: currents into layer1 are not finite',
    )
    const second = await reasonFor(({ backend, passes }) =>
      backend.write(passes[1]!.currents.input!, [0, 0, NaN, 0, 0]),
    )
    expect(second).toContain('currents into layer2')
  })

  test('is laid to neurons that overflow', async () => {
    const found = await reasonFor(({ backend, passes }) => backend.write(passes[1]!.spikes, [0, 0, Infinity, 0, 0]))
    expect(found).toContain('what layer2 (leakyIntegrator) gives')
  })

  test('is laid to weights where the step itself was sound', async () => {
    const found = await reasonFor((runtime) => {
      runtime.backend.write(runtime.tensor('layer2.weight', [3, 1]), [0, NaN, 0])
    })
    expect(found).toContain("'layer2.weight' is not finite")
  })

  test('or to the loss itself', async () => {
    expect(await reasonFor(() => {})).toContain('all that the layers give is finite')
  })

  test('does not stop a sound step', async () => {
    const { runtime, network } = run(0.5)
    await conclude(runtime, newActivity(network), { loss: 1.5 })
  })
})
