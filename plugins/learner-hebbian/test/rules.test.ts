import { describe, expect, test } from '@jest/globals'
import { lazyWeights, multipliedOut, plainFactors } from '../src/lazy-weights.ts'
import type { Moment, Presentation, Rule } from '../src/rule.ts'
import { instar } from '../src/rules/instar.ts'
import { oja } from '../src/rules/oja.ts'
import { outstar } from '../src/rules/outstar.ts'
import { supervised } from '../src/rules/supervised.ts'
import { countSpike, newCounts } from '../src/spike-counts.ts'
import { learnStep } from '../src/step-rule.ts'

const active = (...index: number[]) => ({ index: Int32Array.from(index), from: 0, to: index.length })

const counted = (counts: readonly number[]) => {
  const result = newCounts(counts.length)
  counts.forEach((count, neuron) => {
    for (let i = 0; i < count; i++) countSpike(result, neuron)
  })
  return result
}

/** Weights [3, 2] after one moment and one presentation. */
function after(
  rule: Rule,
  {
    moment,
    presentation,
    winCounts = [1, 1],
    winCountsBelow = [1, 1, 1],
  }: Partial<{
    moment: Moment
    presentation: Presentation
    winCounts: number[]
    winCountsBelow: number[]
  }>,
  start = [0.5, 0.1, 0.2, 0.3, 0, 0.4],
): number[] {
  const factors = plainFactors(Float64Array.from(start), 2)
  const weights = lazyWeights(factors, 2)
  const synapses = {
    weights,
    winCounts: Float32Array.from(winCounts),
    winCountsBelow: Float32Array.from(winCountsBelow),
  }
  if (moment) learnStep(rule, synapses, moment)
  if (presentation) rule.end!(synapses, presentation)
  return Array.from(multipliedOut(factors, 2))
}

const expectClose = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length)
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 10)
  })
}

test('oja: a winner moves by rate (x - w), the others stay', () => {
  const moment = { pre: active(0, 2), post: active(1), label: 0, taught: false }
  const wanted = [0.5, 0.1 + 0.2 * (1 - 0.1), 0.2, 0.3 - 0.2 * 0.3, 0, 0.4 + 0.2 * (1 - 0.4)]
  expectClose(after(oja({ learningRate: 0.2 }), { moment }), wanted)
})

describe('supervised', () => {
  const rule = supervised({ learningRate: 0.2, antiHebbianRate: 0.15 })
  const pre = active(1)

  test.each([
    ['the right output fires', active(0), 0, false, [0.2, 0]],
    ['the right output fires, and the teacher', active(0), 0, true, [0.2, 0]],
    ['a wrong output fires', active(1), 0, false, [0, 0.05]],
    ['a wrong output fires, and the teacher', active(1), 0, true, [0.2, 0.05]],
    ['the teacher alone', active(), 1, true, [0, 0.2]],
    ['nobody', active(), 1, false, [0, 0]],
  ])('%s', (_, post, label, taught, [first, second]) => {
    const moment = { pre, post, label, taught }
    expectClose(after(rule, { moment }), [0.5, 0.1, 0.2 + first!, 0.3 + second!, 0, 0.4])
  })
})

describe('instar', () => {
  const shown = { pre: counted([3, 0, 4]), post: counted([0, 2]), label: 0, progress: 0.5 }
  const turned = (rate: number) => {
    const moved = [0.1 + rate * (0.6 - 0.1), 0.3 - rate * 0.3, 0.4 + rate * (0.8 - 0.4)]
    const length = Math.hypot(...moved)
    return [0.5, moved[0]! / length, 0.2, moved[1]! / length, 0, moved[2]! / length]
  }

  test('turns a neuron that fired, at the rate that training has come to', () => {
    const rule = instar({ learningRate: 0.4, finalLearningRate: 0.1 })
    expectClose(after(rule, { presentation: shown, winCounts: [0, 100] }), turned(0.2))
  })

  test('takes the mean of the first it is shown', () => {
    expectClose(after(instar({ learningRate: 0.1 }), { presentation: shown, winCounts: [0, 2] }), turned(0.5))
    expectClose(
      after(instar({ learningRate: 0.1 }), { presentation: shown, winCounts: [0, 1] }),
      [0.5, 0.6, 0.2, 0, 0, 0.8],
    )
  })

  test('learns nothing from silence', () => {
    const presentation = { ...shown, pre: newCounts(3) }
    expectClose(after(instar(), { presentation }), [0.5, 0.1, 0.2, 0.3, 0, 0.4])
  })
})

describe('outstar', () => {
  const start = [0.5, 0.5, 0.2, 0.8, 0.5, 0.5].map((p) => Math.log(p + 0.02))
  const presentation = { pre: counted([0, 3, 0]), post: newCounts(2), label: 0, progress: 0 }
  const wanted = (first: number, second: number) => {
    const logs = start.slice()
    logs[2] = Math.log(first + 0.02)
    logs[3] = Math.log(second + 0.02)
    return logs
  }

  test('moves the estimates of inputs that fired towards the teacher', () => {
    const found = after(outstar({ learningRate: 0.1 }), { presentation, winCountsBelow: [1, 100, 1] }, start)
    expectClose(found, wanted(0.2 + 0.1 * 0.8, 0.8 - 0.1 * 0.8))
  })

  test('believes the first it is told', () => {
    expectClose(after(outstar(), { presentation }, start), wanted(1, 0))
  })
})
