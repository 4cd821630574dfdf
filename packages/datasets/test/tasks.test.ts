import { evidenceAccumulation, patternGeneration, type Sequences, storeRecall } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'

/** Spikes of neurons `from` to `to` of sequence i, from step `begin` to `end`. */
function spikes(
  { images, features }: Sequences,
  inputs: number,
  { i = 0, group, begin, end }: { i?: number; group: readonly [number, number]; begin: number; end: number },
): number {
  let sum = 0
  for (let t = begin; t < end; t++)
    for (let n = group[0]; n < group[1]; n++) sum += images[i * features + t * inputs + n]!
  return sum
}

/** Whether a count is within four standard deviations of what `trials` of `chance` give. */
const expectShare = (count: number, trials: number, chance: number) =>
  expect(Math.abs(count - trials * chance)).toBeLessThan(4 * Math.sqrt(trials * chance * (1 - chance)))

describe('pattern generation', () => {
  const task = patternGeneration()

  test('is one sequence with sums of four sines for targets', () => {
    expect(task).toMatchObject({ name: 'pattern-generation', steps: 1000, inputs: 20, outputs: 3 })
    expect(task.train).toMatchObject({ count: 1, features: 20000 })
    expect(task.train.images).toHaveLength(20000)
    expect(task.test).toBe(task.train)
    const { targets } = task.train
    for (let o = 0; o < 3; o++) {
      const power = (frequency: number) => {
        let [re, im] = [0, 0]
        for (let t = 0; t < 1000; t++) {
          re += targets[t * 3 + o]! * Math.cos((2 * Math.PI * frequency * t) / 1000)
          im += targets[t * 3 + o]! * Math.sin((2 * Math.PI * frequency * t) / 1000)
        }
        return Math.hypot(re, im) / 500
      }
      for (const frequency of [1, 2, 3, 5]) {
        expect(power(frequency)).toBeGreaterThan(0.5 - 1e-6)
        expect(power(frequency)).toBeLessThan(2 + 1e-6)
      }
      for (const frequency of [0, 4, 6, 7]) expect(power(frequency)).toBeLessThan(1e-5)
    }
  })

  test('has a clock: a fifth of the neurons fires in each fifth of the time', () => {
    for (let part = 0; part < 5; part++) {
      const time = { begin: 200 * part, end: 200 * (part + 1) }
      const own = spikes(task.train, 20, { ...time, group: [4 * part, 4 * part + 4] })
      expectShare(own, 800, 0.05)
      expect(spikes(task.train, 20, { ...time, group: [0, 20] })).toBe(own)
    }
  })

  test('is shown as often as an epoch is to have it', () => {
    const { train, test: once } = patternGeneration({ train: 3 })
    expect(train).toMatchObject({ count: 3, features: 20000 })
    for (let i = 0; i < 3; i++) {
      expect(train.images.slice(i * 20000, (i + 1) * 20000)).toEqual(once.images)
      expect(train.targets.slice(i * 3000, (i + 1) * 3000)).toEqual(once.targets)
    }
  })

  test('follows from the seed', () => {
    expect(patternGeneration().train).toEqual(task.train)
    const other = patternGeneration({ seed: 1 }).train
    expect([other.images, other.targets]).not.toEqual([task.train.images, task.train.targets])
  })
})

describe('store and recall', () => {
  const task = storeRecall({ train: 60, test: 5, period: 40 })
  const { targets, mask, count } = task.train

  test('asks for the bit that was shown with the last store', () => {
    expect(task).toMatchObject({ name: 'store-recall', steps: 480, inputs: 40, outputs: 2 })
    expect(task.train.images).toHaveLength(60 * 480 * 40)
    let recalls = 0
    for (let i = 0; i < count; i++) {
      let stored: number | undefined
      let asked = 0
      for (let part = 0; part < 12; part++) {
        const [zero, one, store, recall] = [0, 1, 2, 3].map(
          (symbol) =>
            spikes(task.train, 40, {
              i,
              group: [10 * symbol, 10 * symbol + 10],
              begin: 40 * part,
              end: 40 * part + 40,
            }) > 0,
        )
        const at = i * 480 + part * 40
        // a bit always, but where one is asked for
        expect([zero !== one, store && recall]).toEqual([!recall, false])
        expect(mask.subarray(at, at + 40)).toEqual(new Uint8Array(40).fill(recall ? 1 : 0))
        if (recall) {
          expect([targets[2 * at], targets[2 * at + 1]]).toEqual([stored === 0 ? 1 : 0, stored === 1 ? 1 : 0])
          expect(stored).toBeDefined()
          asked++
        } else expect([targets[2 * at], targets[2 * at + 79]]).toEqual([0, 0])
        if (store) stored = one ? 1 : 0
      }
      expect(asked).toBeGreaterThan(0)
      recalls += asked
    }
    expect(recalls).toBeGreaterThan(count)
  })

  test('shows symbols at the rate that is asked for', () => {
    let [bits, parts] = [0, 0]
    for (let i = 0; i < count; i++)
      for (let part = 0; part < 12; part++) {
        if (mask[i * 480 + part * 40]) continue
        bits += spikes(task.train, 40, { i, group: [0, 20], begin: 40 * part, end: 40 * part + 40 })
        parts++
      }
    expectShare(bits, parts * 400, 0.05)
  })

  test('follows from the seed, and a larger set begins with a smaller one', () => {
    const few = storeRecall({ train: 2, test: 2, period: 40 })
    expect(few.train.images).toEqual(task.train.images.subarray(0, 2 * few.train.features))
    expect(few.test.images).not.toEqual(few.train.images)
    expect(storeRecall({ train: 2, test: 2, period: 40, seed: 1 }).train.images).not.toEqual(few.train.images)
  })
})

describe('accumulation of evidence', () => {
  const options = { train: 200, test: 4, cue: 20, gap: 10, delay: 30, question: 15, rate: 0.2 }
  const task = evidenceAccumulation(options)
  const { train } = task

  test('asks at the end which side had more cues', () => {
    expect(task).toMatchObject({ name: 'evidence-accumulation', steps: 7 * 30 + 45, inputs: 40, outputs: 2 })
    expect(train.images).toHaveLength(200 * task.steps * 40)
    const counts = new Float64Array(8)
    for (let i = 0; i < 200; i++) {
      let right = 0
      for (let k = 0; k < 7; k++) {
        const time = { i, begin: 30 * k + 10, end: 30 * k + 30 }
        const sides = [0, 10].map((from) => spikes(train, 40, { ...time, group: [from, from + 10] }) > 0)
        expect(sides[0]).not.toBe(sides[1])
        expect(spikes(train, 40, { i, begin: 30 * k, end: 30 * k + 10, group: [0, 20] })).toBe(0)
        if (sides[1]) right++
      }
      counts[right]! += 1
      const label = right > 3 ? 1 : 0
      expect(train.labels[i]).toBe(label)
      const from = i * task.steps
      const asked = train.mask.subarray(from, from + task.steps)
      expect(asked.indexOf(1)).toBe(task.steps - 15)
      expect(asked.reduce((sum, on) => sum + on, 0)).toBe(15)
      const targets = train.targets.subarray(2 * from, 2 * (from + task.steps))
      expect([targets.at(label - 2), targets.at(-1 - label), targets[0]]).toEqual([1, 0, 0])
    }
    // sides are alike; sequences are mixtures of chances of 0.7 and 0.3
    expectShare(
      train.labels.reduce((sum, label) => sum + label, 0),
      200,
      0.5,
    )
    const mean = counts.reduce((sum, count, right) => sum + count * Math.abs(right - 3.5), 0) / 200
    expect(mean).toBeGreaterThan(1.2)
    expect(mean).toBeLessThan(2)
  })

  test('has noise all the time, and a question at the end', () => {
    let [noise, question] = [0, 0]
    for (let i = 0; i < 200; i++) {
      noise += spikes(train, 40, { i, begin: 0, end: task.steps, group: [30, 40] })
      question += spikes(train, 40, { i, begin: task.steps - 15, end: task.steps, group: [20, 30] })
      expect(spikes(train, 40, { i, begin: 0, end: task.steps - 15, group: [20, 30] })).toBe(0)
    }
    expectShare(noise, 200 * 10 * task.steps, 0.05)
    expectShare(question, 200 * 150, 0.2)
  })

  test('has the times of the paper by default, and refuses an even number of cues', () => {
    expect(evidenceAccumulation({ train: 1, test: 1 }).steps).toBe(2250)
    expect(() => evidenceAccumulation({ cues: 4 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})
