import { expect, test } from '@jest/globals'
import { rotations, shifts } from '../src/index.ts'

// Three rows of four, so that rows and columns cannot be mixed up.
const image = Float32Array.from({ length: 12 }, (_, i) => i + 1)
const shape = [3, 4]
const count = 200
const images = Float32Array.from({ length: count * 12 }, (_, i) => image[i % 12]!)
const rows = Uint32Array.from({ length: count }, (_, i) => i)

/** The image moved by hand. */
const moved = (down: number, right: number) =>
  Array.from(image, (_, i) => {
    const [y, x] = [Math.floor(i / 4) - down, (i % 4) - right]
    return y < 0 || y >= 3 || x < 0 || x >= 4 ? 0 : image[4 * y + x]!
  })

test('every image is moved by up to a pixel in each direction, all nine ways alike', () => {
  const result = shifts({ shape, seed: 1 })(images, rows, 0)
  const ways = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => moved(down, right).join()))
  const found = Array.from(rows, (i) => ways.indexOf(result.subarray(12 * i, 12 * (i + 1)).join()))
  expect(Math.min(...found)).toBe(0)
  const counts = ways.map((_, way) => found.filter((own) => own === way).length)
  for (const times of counts) expect(times).toBeGreaterThan(count / 9 / 3)
})

test('an example is moved alike in any batch, and anew in each epoch and for each seed', () => {
  const move = shifts({ shape, seed: 1 })
  const whole = move(images, rows, 3)
  const part = move(images.slice(0, 24), [7, 5], 3)
  expect(part.subarray(0, 12)).toEqual(whole.subarray(84, 96))
  expect(part.subarray(12)).toEqual(whole.subarray(60, 72))
  expect(move(images, rows, 3)).toEqual(whole)
  expect(move(images, rows, 4)).not.toEqual(whole)
  expect(shifts({ shape, seed: 2 })(images, rows, 3)).not.toEqual(whole)
})

test('images that are given stay as they are', () => {
  const before = images.slice()
  shifts({ shape, seed: 1 })(images, rows, 0)
  expect(images).toEqual(before)
  expect(shifts({ shape, seed: 1, pixels: 0 })(images, rows, 0)).toEqual(images)
})

test.each([
  [{ shape: [784], seed: 0 }],
  [{ shape: [3, 28, 28], seed: 0 }],
  [{ shape: [28, 28], seed: 0, pixels: -1 }],
  [{ shape: [28, 28], seed: 0, pixels: 0.5 }],
])('refuses %j', (options) => {
  expect(() => shifts(options)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
})

test('images turn about their middle, as far as they may, by the seed, the epoch and the example', () => {
  const side = 15
  // a bar from the middle to the right, twice
  const bar = new Float32Array(2 * side * side)
  for (const i of [0, 1]) bar.fill(1, i * side * side + 7 * side + 8, i * side * side + 7 * side + 13)
  const turn = (degrees: number, seed: number, epoch: number) =>
    rotations({ degrees, shape: [side, side], seed })(bar, [3, 4], epoch)
  expect(turn(0, 1, 0)).toEqual(bar)
  expect(turn(30, 1, 0)).toEqual(turn(30, 1, 0))
  for (const other of [turn(30, 2, 0), turn(30, 1, 1)]) expect(other).not.toEqual(turn(30, 1, 0))
  /** In degrees, where the weight of image i lies. */
  const angleOf = (images: Float32Array, i: number) => {
    let [right, down] = [0, 0]
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const value = images[(i * side + y) * side + x]!
        right += value * (x - 7)
        down += value * (y - 7)
      }
    return (Math.atan2(down, right) * 180) / Math.PI
  }
  const angles = Array.from({ length: 100 }, (_, epoch) => [0, 1].map((i) => angleOf(turn(30, 1, epoch), i))).flat()
  expect(Math.max(...angles)).toBeLessThan(31)
  expect(Math.min(...angles)).toBeGreaterThan(-31)
  expect(Math.max(...angles) - Math.min(...angles)).toBeGreaterThan(55)
  expect(turn(30, 1, 0).every((value) => value >= 0 && value <= 1)).toBe(true)
})
