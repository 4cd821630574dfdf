import { describe, expect, test } from '@jest/globals'
import { dense } from '../../src/connections/dense.ts'
import { rows } from '../../src/encoders/rows.ts'
import { crossEntropy } from '../../src/losses/cross-entropy.ts'
import type { Loss } from '../../src/losses/loss.ts'
import { meanSquaredError } from '../../src/losses/mean-squared-error.ts'
import type { Targets } from '../../src/losses/targets.ts'
import { sequential } from '../../src/network/sequential.ts'
import { leakyIntegrator } from '../../src/neurons/leaky-integrator.ts'
import { generator, stream } from '../../src/random/index.ts'
import { wantedOf } from '../../src/runtime/output-error.ts'
import { digest } from '../../src/session/run.ts'
import { createSession, type SessionOptions } from '../../src/session/session.ts'
import { bits, descent, trained } from '../toy.ts'

const [steps, inputs, outputs, count] = [6, 3, 2, 4]
const { uniform } = generator(3, stream.augment)
const floats = (length: number) => Float32Array.from({ length }, uniform)
const images = floats(count * steps * inputs)
const base = { images, count, features: steps * inputs }
const each = { ...base, targets: floats(count * steps * outputs) }
/** Example i counts in its first i + 2 steps. */
const mask = Uint8Array.from({ length: count * steps }, (_, i) => (i % steps < Math.floor(i / steps) + 2 ? 1 : 0))

const options = (): SessionOptions => ({
  network: sequential(inputs, [dense(4), leakyIntegrator(), dense(outputs), leakyIntegrator()]),
  learner: descent(0.01),
  encoder: rows(),
  loss: meanSquaredError({ on: 'v' }),
  steps,
})

describe('the loss', () => {
  const loss = meanSquaredError({ on: 'v' })
  const shape = { steps: 3, batch: 2, classes: 2 }
  const values = floats(12)
  const weights = [1.5, 1.5, 0, 0.5, 0, 2.5]

  test('is the squared error of the steps that count', () => {
    const wanted = floats(12)
    let sum = 0
    for (let t = 0; t < 3; t++)
      for (let b = 0; b < 2; b++)
        for (let c = 0; c < 2; c++)
          sum += weights[b * 3 + t]! * (values[t * 4 + b * 2 + c]! - wanted[(b * 3 + t) * 2 + c]!) ** 2
    expect(loss.evaluate(values, { values: wanted, weights }, shape).loss).toBeCloseTo(sum / 12, 14)
  })

  test.each<[string, Targets]>([
    ['values', { values: floats(4) }],
    ['values for each step', { values: floats(12) }],
    ['values for each step, some of which count', { values: floats(12), weights }],
  ])('has the derivative of finite differences: %s', (_, wanted) => {
    const { signal } = loss.evaluate(values, wanted, shape)
    const at = (i: number, moved: number) => loss.evaluate(Float64Array.from(values).with(i, moved), wanted, shape).loss
    values.forEach((value, i) => {
      const slope = (at(i, value + 1e-4) - at(i, value - 1e-4)) / 2e-4
      expect(Math.abs(signal[i]! - slope)).toBeLessThan(1e-10)
    })
  })

  test('is the mean of what it is of each step alone', () => {
    const targets = { values: floats(12), weights }
    const batch = { targets, steps: 3, size: 2 } as never
    const whole = loss.evaluate(values, targets, shape)
    for (let t = 0; t < 3; t++) {
      const span = { ...shape, steps: 1 }
      const { signal } = loss.evaluate(values.subarray(4 * t, 4 * t + 4), wantedOf(batch, 2, t, 1)!, span)
      expect([...signal].map((value) => value / 3)).toEqual(
        [...whole.signal.subarray(4 * t, 4 * t + 4)].map((value) => expect.closeTo(value, 14)),
      )
    }
  })

  test.each<[Targets, string]>([
    [{ values: floats(6) }, '12 values, 6 targets and 0 weights'],
    [{ values: floats(4), weights: [1, 1] }, '12 values, 4 targets and 2 weights'],
  ])('refuses targets of another number: %#', (wanted, text) => {
    const refusal = expect.objectContaining({ code: 'HILLOCK_SHAPE', message: expect.stringContaining(text) })
    expect(() => loss.evaluate(values, wanted, shape)).toThrow(refusal)
  })

  test.each([crossEntropy(), crossEntropy({ reduce: 'each' }), meanSquaredError()])(
    '$name takes labels alone',
    (one) => {
      const refusal = expect.objectContaining({
        code: 'HILLOCK_OPTION',
        message: expect.stringContaining('takes labels'),
      })
      expect(() => one.evaluate(values, { values }, shape)).toThrow(refusal)
    },
  )
})

describe('a session', () => {
  test.each([
    ['values', { ...base, targets: floats(count * outputs) }],
    ['values for each step', each],
    ['some steps', { ...each, mask }],
  ])('learns %s', async (_, train) => {
    const session = createSession(options())
    const reports = await trained(session, { epochs: 30, batchSize: 2 }, { train, test: train } as never)
    const [first, last] = [reports[0]!, reports.at(-1)!]
    expect(last.trainLoss).toBeLessThan(0.7 * first.trainLoss)
    expect([last.trainAccuracy, last.testAccuracy]).toEqual([Number.NaN, undefined])
    expect(last.testLoss).toBe((await session.evaluate(train)).loss)
  })

  test('finds the same loss in batches of any size, whatever the steps that count', async () => {
    const session = createSession(options())
    const losses = []
    for (const batchSize of [1, 3, 4]) losses.push((await session.evaluate({ ...each, mask }, { batchSize })).loss)
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0]!, 12)
  })

  test('does not see what is wanted at steps that do not count', async () => {
    const other = each.targets.map((value, i) => (mask[Math.floor(i / outputs)] ? value : 9))
    const [one, two] = [createSession(options()), createSession(options())]
    await trained(one, {}, { train: { ...each, mask } } as never)
    await trained(two, {}, { train: { ...each, targets: other, mask } } as never)
    expect(bits(await one.snapshot())).toEqual(bits(await two.snapshot()))
  })

  test.each<[string, object, string, string]>([
    [
      'too few',
      { targets: floats(7) },
      'HILLOCK_SHAPE',
      '4 examples with 7 targets\ngive 8 values, 2 for each example',
    ],
    ['none', { targets: undefined }, 'HILLOCK_SHAPE', '4 examples with undefined targets'],
    ['NaN', { targets: each.targets.with(5, Number.NaN) }, 'HILLOCK_RANGE', 'target 5 is NaN'],
    ['a short mask', { mask: [1, 1] }, 'HILLOCK_SHAPE', 'a mask of 2 numbers for 4 examples of 6 steps'],
    ['a negative mask', { mask: Array.from(mask).with(3, -1) }, 'HILLOCK_RANGE', 'mask 3 is -1'],
    ['an example that does not count', { mask: mask.map((_, i) => Number(i >= 6)) }, 'HILLOCK_RANGE', 'of example 0'],
  ])('refuses %s', async (_, change, code, text) => {
    const refusal = { code, message: expect.stringContaining(text) }
    await expect(createSession(options()).evaluate({ ...each, ...change } as never)).rejects.toMatchObject(refusal)
  })

  test('refuses targets where the loss takes labels', async () => {
    const session = createSession({ ...options(), loss: crossEntropy({ on: 'v' }) })
    const refusal = { code: 'HILLOCK_OPTION', message: expect.stringContaining('meanSquaredError(') }
    await expect(trained(session, {}, { train: each } as never)).rejects.toMatchObject(refusal)
  })

  test('takes the labels of examples that have both where its loss takes labels alone', async () => {
    const both = { ...each, labels: [0, 1, 1, 0], classes: 2 }
    const { targets: _, ...labelled } = both
    const train = async (loss: Loss, examples: object) => {
      const session = createSession({ ...options(), loss })
      const [report] = await trained(session, {}, { train: examples, test: examples } as never)
      return [report!.trainAccuracy, report!.testAccuracy, bits(await session.snapshot())] as const
    }
    const loss = crossEntropy({ on: 'v' })
    expect(await train(loss, both)).toEqual(await train(loss, labelled))
    expect((await train(loss, both))[1]).toBeGreaterThan(0)
    const values = meanSquaredError({ on: 'v' })
    expect(await train(values, both)).toEqual(await train(values, each))
  })

  test('a digest tells targets and masks apart', () => {
    const found = [digest(each), digest({ ...each, mask }), digest({ ...each, targets: each.targets.with(0, 7) })]
    expect(new Set(found).size).toBe(3)
  })
})
