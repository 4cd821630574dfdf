import {
  type BatchProgress,
  createSession,
  crossEntropy,
  fastSigmoid,
  HillockError,
  type Learner,
  type Loss,
  lif,
  poisson,
  reference,
  type Session,
  type TrainOptions,
} from '@hillock/core'
import type { StepResult } from '@hillock/core/learner'
import { expectSame } from './assert.ts'
import { decoratedBackend, decoratedLearner } from './decorated.ts'
import { nonFinite } from './learner-non-finite.ts'
import type { LearnerConformance } from './learner-options.ts'
import { check, differs, type Start, type Step, train } from './learner-session.ts'
import { layered, otherStructures } from './learner-structures.ts'
import { unlabelled } from './learner-unlabelled.ts'
import { narrow } from './narrow.ts'
import { stripes } from './stripes.ts'
import { suite } from './suite.ts'

/**
 * Registers the tests that every learner passes: it learns an easy task; the same seed gives the same bits; it leaves its input alone
 * and nothing on the backend; what it remembers moves with the session; batches, times and numbers of classes of any size will do; training
 * stops where values are not finite; and a network of another structure is trained wholly or refused.
 */
export function learnerConformance(options: LearnerConformance): void {
  const { name, backend = reference, hidden = [[24], [24, 24]], epochs = 30, accuracy = 0.9 } = options
  const usual = options.neuron ?? (() => lif({ surrogate: fastSigmoid({ slope: 5 }) }))
  const { loss = crossEntropy(), encoder = poisson({ probability: 0.7 }) } = options
  const data = { train: stripes(48, 1), test: stripes(30, 2) }

  suite(`${name}: learner`, options, (test, _, wrapped) => {
    const create = wrapped ? () => decoratedLearner(options.create()) : options.create
    const device = async () => (wrapped ? decoratedBackend(await backend()) : backend())
    const start = async ({
      learner = create(),
      layers = hidden[0]!,
      steps = 8,
      seed = 1,
      of = usual,
      on = device,
      outputs = data.train.classes,
      judge = loss,
      build = layered,
      snapshot,
    }: Start = {}): Promise<Session> => {
      return createSession({
        network: build(data.train.features, [...layers, outputs], of),
        learner,
        encoder,
        loss: judge,
        steps,
        backend: await on(),
        seed,
        ...(snapshot && { snapshot }),
      })
    }
    /** The learner with something done before and after each step. */
    const watched = (around: (step: () => Promise<StepResult>, ...given: Step) => Promise<StepResult>): Learner => {
      const learner = create()
      return { name, step: (runtime, batch) => around(() => learner.step(runtime, batch), runtime, batch) }
    }

    if (wrapped) {
      test('gives the same bits as without', async () => {
        const plain = await weights(await start({ learner: options.create(), on: async () => backend() }))
        for (const [what, values] of await weights(await start())) expectSame(what, values, plain.get(what)!)
      })
    } else {
      for (const layers of hidden) {
        test(`learns with hidden layers of ${layers.join(' and ') || 'none'}`, async () => {
          const session = await start({ layers })
          const reports = await train(session, { epochs, test: 'last' }, data)
          await session.dispose()
          const [first, last] = [reports[0]!, reports.at(-1)!]
          check(last.trainLoss < first.trainLoss, `the loss went from ${first.trainLoss} to ${last.trainLoss}`)
          check(last.testAccuracy! >= accuracy, `the accuracy is ${last.testAccuracy}, below ${accuracy}`)
        })
      }
    }

    test('gives the same bits for the same seed, and others for another', async () => {
      const [one, again, other] = [
        await weights(await start()),
        await weights(await start()),
        await weights(await start({ seed: 2 })),
      ]
      for (const [what, values] of one) expectSame(what, again.get(what)!, values)
      check(differs(one, other), 'another seed gave the same weights')
    })

    test('changes the weights', async () => {
      const session = await start()
      const before = await session.snapshot()
      const after = await weights(session)
      check(differs(new Map([...before].map(([what, { values }]) => [what, values])), after), 'they are as before')
    })

    test('leaves its input and the labels as they are', async () => {
      const copy = { images: data.train.images.slice(), labels: data.train.labels.slice() }
      const learner = watched(async (step, { backend }, batch) => {
        const [input, labels] = [(await backend.read(batch.input)).slice(), Array.from(batch.labels)]
        const result = await step()
        expectSame('the input of a batch', await backend.read(batch.input), input)
        expectSame('the labels of a batch', batch.labels, labels)
        return result
      })
      await weights(await start({ learner }))
      expectSame('images', data.train.images, copy.images)
      expectSame('labels', data.train.labels, copy.labels)
    })

    test('gives its loss the labels of more than 256 classes as they are', async () => {
      const labels = Array.from(data.train.labels, (label) => 299 - label)
      const given = { ...data.train, labels, classes: 300 }
      const [told, seen] = [new Set<number>(), new Set<number>()]
      const learner = watched(async (step, _, batch) => {
        for (const label of Array.from(batch.labels)) told.add(label)
        return step()
      })
      const listening: Loss = {
        ...loss,
        evaluate(values, given: ArrayLike<number>, shape) {
          for (const label of Array.from(given)) seen.add(label)
          return loss.evaluate(values, given, shape)
        },
      }
      const session = await start({ learner, outputs: 300, judge: listening })
      await train(session, {}, { train: given })
      await session.dispose()
      expectSame('the labels of batches', [...told].sort(), [297, 298, 299])
      expectSame('the labels of the loss', [...seen].sort(), [297, 298, 299])
    })

    unlabelled(test, data, create, start)

    test('leaves nothing on the backend after a step', async () => {
      const session = await start()
      const live: number[] = []
      await train(session, { epochs: 2, onBatch: () => void live.push(session.backend.live) }, data)
      await session.dispose()
      // What lasts is made in the first step.
      check(new Set(live).size === 1, `tensors that live after each step: ${live.join(', ')}`)
    })

    test('keeps all that it remembers in the runtime, so that another one can go on', async () => {
      const uninterrupted = await weights(await start(), 4)
      let current = create()
      const session = await start({ learner: { name, step: (runtime, batch) => current.step(runtime, batch) } })
      const exchange = async ({ epoch, batch }: BatchProgress) => {
        if (epoch === 2 && batch === 2) {
          current = create()
          await session.use(await device())
        }
      }
      const exchanged = await weights(session, 4, { onBatch: exchange })
      for (const [what, values] of uninterrupted) expectSame(what, exchanged.get(what)!, values)
    })

    nonFinite(test, { data, create, start })
    if (!wrapped)
      otherStructures(test, options.structures, start, (session, more) => train(session, more, data), device)

    test('serves two sessions on one backend at once', async () => {
      const [learner, shared] = [create(), await device()]
      const seeds = [1, 2]
      const together = seeds.map(async (seed) => weights(await start({ learner, seed, on: async () => shared })))
      for (const [i, found] of (await Promise.all(together)).entries()) {
        const alone = await weights(await start({ seed: seeds[i]! }))
        for (const [what, values] of alone) expectSame(what, found.get(what)!, values)
      }
    })

    // Where a learner is tried on neurons of its own, it need not train others.
    if (options.neuron === undefined) {
      test('keeps what neurons learn within their bounds', async () => {
        const session = await start({ of: narrow })
        const onBatch = async () => {
          const snapshot = await session.snapshot()
          for (const { name: layer, neuron: own } of session.network.layers) {
            const [beta, threshold] = own.learn.map((param) => snapshot.get(`${layer}.${param}`)!.values[0]!)
            check(beta! >= 0.899 && beta! <= 0.901, `beta of ${layer} is ${beta}, not from 0.899 to 0.901`)
            check(threshold! > 0.999 && threshold! < 1.001, `the threshold of ${layer} is ${threshold}`)
          }
        }
        try {
          await train(session, { epochs: 4, onBatch }, data)
        } catch (error) {
          if (!(error instanceof HillockError && error.code === 'HILLOCK_UNSUPPORTED')) throw error
        }
        await session.dispose()
      })
    }

    for (const [what, batchSize, steps] of [
      ['a last, smaller batch', 20, 8],
      ['single examples', 1, 8],
      ['a single time step', 16, 1],
    ] as const) {
      test(`takes ${what}`, async () => {
        const learner = watched(async (step, _, batch) => {
          const result = await step()
          const { loss, correct } = result
          check(Number.isFinite(loss), `the loss is ${loss}`)
          check(Number.isInteger(correct) && correct >= 0 && correct <= batch.size, `${correct} of ${batch.size}`)
          return result
        })
        const session = await start({ learner, steps })
        await train(session, { batchSize }, data)
        await session.dispose()
      })
    }
  })

  /** Weights and learner state after some epochs. */
  async function weights(session: Session, epochs = 2, given: TrainOptions = {}) {
    await train(session, { epochs, test: 'last', ...given }, data)
    const snapshot = await session.snapshot()
    await session.dispose()
    return new Map([...snapshot].map(([what, { values }]) => [what, values]))
  }
}
