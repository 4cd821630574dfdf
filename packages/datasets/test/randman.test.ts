import { type Examples, randman } from '@hillock/datasets'
import { describe, expect, test } from '@jest/globals'

const small = { train: 200, test: 40, classes: 4, inputs: 6, steps: 50 }

/** When each neuron of example i fires. */
const timesOf = ({ images, features }: Examples, i: number, inputs: number) =>
  Array.from({ length: inputs }, (_, n) => {
    const train = Array.from({ length: features / inputs }, (_, t) => images[i * features + t * inputs + n]!)
    return train.indexOf(1)
  })

describe('randman', () => {
  const data = randman(small)

  test('lets every neuron fire once in each example', () => {
    expect(data).toMatchObject({ name: 'randman', shape: [50, 6], classes: 4 })
    expect(data.train).toMatchObject({ count: 200, features: 300, classes: 4 })
    expect(data.train.images.reduce((sum, spike) => sum + spike, 0)).toBe(200 * 6)
    for (let i = 0; i < 200; i++) expect(timesOf(data.train, i, 6)).not.toContain(-1)
    expect(new Set(data.train.labels)).toEqual(new Set([0, 1, 2, 3]))
  })

  test('has the examples of a class on a line: the nearest other one of all tells the class', () => {
    const known = Array.from({ length: 200 }, (_, i) => timesOf(data.train, i, 6))
    let right = 0
    for (let i = 0; i < 40; i++) {
      const own = timesOf(data.test, i, 6)
      const far = known.map((times) => times.reduce((sum, t, n) => sum + (t - own[n]!) ** 2, 0))
      if (data.train.labels[far.indexOf(Math.min(...far))] === data.test.labels[i]) right++
    }
    expect(right).toBeGreaterThan(36)
  })

  test('uses all of the time, and a rougher manifold turns more often', () => {
    const times = Array.from({ length: 200 }, (_, i) => timesOf(data.train, i, 6)).flat()
    expect([Math.min(...times), Math.max(...times)]).toEqual([0, 49])
    /** How far, in the mean, the nearest example of the same class lies. */
    const spread = (alpha: number) => {
      const { train } = randman({ ...small, alpha, classes: 2 })
      const all = Array.from({ length: 200 }, (_, i) => ({ label: train.labels[i], times: timesOf(train, i, 6) }))
      const nearest = all.map(({ label, times }, i) =>
        Math.min(
          ...all
            .filter((other, j) => j !== i && other.label === label)
            .map((other) => Math.hypot(...other.times.map((t, n) => t - times[n]!))),
        ),
      )
      return nearest.reduce((sum, distance) => sum + distance, 0) / nearest.length
    }
    expect(spread(1.5)).toBeGreaterThan(1.5 * spread(4))
  })

  test('follows from the seed, and a larger set begins with a smaller one', () => {
    const few = randman({ ...small, train: 5 })
    expect(few.train.images).toEqual(data.train.images.subarray(0, 5 * 300))
    expect(randman({ ...small, train: 5, seed: 1 }).train.images).not.toEqual(few.train.images)
    expect(randman({ ...small, dimensions: 2 }).train.images).not.toEqual(data.train.images)
  })
})
