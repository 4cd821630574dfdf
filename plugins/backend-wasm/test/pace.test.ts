import { wasm } from '@hillock/backend-wasm'
import { describe, expect, test } from '@jest/globals'
import { createPace } from '../src/pace.ts'

/** Does work of one kind again and again, which takes so long together and alone; gives how often it was done together, and how long all took. */
function work(
  pace: ReturnType<typeof createPace>,
  times: number,
  ms: (together: boolean, i: number) => number,
  kind = 1,
) {
  let [together, spent] = [0, 0]
  for (let i = 0; i < times; i++) {
    const way = pace.together(kind)
    const took = ms(way, i)
    pace.took(kind, took)
    together += +way
    spent += took
  }
  return { together, spent }
}

describe('the pace of work that repeats', () => {
  test('is that of all threads where they are faster, but for a trial now and then', () => {
    const { together, spent } = work(createPace(), 5000, (together) => (together ? 2 : 3))
    expect(together).toBeGreaterThan(0.97 * 5000)
    expect(spent).toBeLessThan(1.02 * 2 * 5000)
  })

  test('is that of one where it is faster', () => {
    const { spent } = work(createPace(), 5000, (together) => (together ? 5 : 3))
    expect(spent).toBeLessThan(1.02 * 3 * 5000)
  })

  test('follows another program that comes and goes', () => {
    const pace = createPace()
    const quiet = (together: boolean) => (together ? 2 : 3)
    const busy = (together: boolean) => (together ? 4.5 : 3)
    work(pace, 1000, quiet)
    expect(work(pace, 100, busy).spent).toBeLessThan(1.1 * 3 * 100)
    work(pace, 1000, busy)
    work(pace, 300, quiet)
    expect(work(pace, 100, quiet).together).toBeGreaterThan(90)
  })

  test('is not changed by a time that is far off, nor by what changes for both ways', () => {
    const pace = createPace()
    work(pace, 1000, (together, i) => (i % 50 === 0 ? 100 : together ? 2 : 3))
    expect(work(pace, 500, (together) => (together ? 4 : 6)).together).toBeGreaterThan(450)
  })

  test('is found for each kind of work', () => {
    const pace = createPace()
    for (let i = 0; i < 200; i++) {
      work(pace, 1, (together) => (together ? 2 : 3), 1)
      work(pace, 1, (together) => (together ? 0.2 : 0.1), 2)
    }
    expect(pace.together(1)).toBe(true)
    expect(pace.together(2)).toBe(false)
  })
})

test('the same work gives the same bits, however many threads come to it', async () => {
  const backend = await wasm({ threads: 4 })
  const [rows, size] = [300, 70]
  const values = Float32Array.from({ length: rows * size }, (_, i) => Math.fround(Math.sin(i)))
  const [a, weights] = [backend.alloc([rows, 4, size]), backend.alloc([size, size])]
  const [out, sums] = [backend.alloc([rows, 4, size]), backend.alloc([size])]
  backend.write(a, [...values, ...values, ...values, ...values])
  backend.write(weights, values.subarray(0, size * size))
  const results = new Set<string>()
  for (let i = 0; i < 120; i++) {
    backend.matmul(a, weights, out)
    backend.sum(out, sums)
    results.add(String(await backend.read(sums)))
  }
  expect(results.size).toBe(1)
  await backend.dispose()
})
