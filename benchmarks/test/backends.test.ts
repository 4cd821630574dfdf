import { reference } from '@hillock/core'
import { expect, jest, test } from '@jest/globals'
import { backendsSuite, rowsTable } from '../src/suites/backends.ts'

jest.setTimeout(60_000)

const quartiles = (median: number) => ({ p25: median, median, p75: median, count: 20 })
const row = { recipe: 'demo', learner: 'bptt', differs: 0 }

test('speeds are against the first backend; what is emulated or not equal has none', () => {
  const rows = [
    { ...row, backend: 'reference', ms: quartiles(60) },
    { ...row, backend: 'wasm', ms: quartiles(6), differs: 2e-8 },
    { ...row, backend: 'webgpu', device: 'SwiftShader', emulated: true as const, ms: quartiles(3) },
    { ...row, backend: 'broken', differs: 0.2 },
  ]
  expect(rowsTable(rows).split('\n').slice(2)).toEqual([
    '| demo | bptt | reference |  | 0e+0 | 60.0 | 60.0 - 60.0 | 20 | 1.00x |',
    '| demo | bptt | wasm |  | 2e-8 | 6.00 | 6.00 - 6.00 | 20 | 10.0x |',
    '| demo | bptt | webgpu | SwiftShader | 0e+0 | 3.00 | 3.00 - 3.00 | 20 | emulated |',
    '| demo | bptt | broken |  | 2e-1 |  |  |  | not equal |',
  ])
})

test('backends are compared before they are timed, and those that do not work here are named', async () => {
  const wrong = () => ({
    ...reference(),
    scan: (...given: Parameters<ReturnType<typeof reference>['scan']>) => {
      const plain = reference()
      plain.scan(...given)
      const { spike } = given[1].outputs
      if (spike) plain.write(spike, new Float32Array(spike.shape.reduce((a, b) => a * b, 1)))
    },
  })
  const missing = async () => {
    const { cuda } = await import('@hillock/backend-cuda')
    return cuda({ library: './no-such-library.so' })
  }
  const { figures, tables } = await backendsSuite({
    recipes: ['demo'],
    learners: ['own'],
    on: [
      { backend: 'reference', threads: 1, make: async () => reference() },
      { backend: 'wrong', threads: 1, make: async () => wrong() },
      { backend: 'missing', threads: 1, make: missing },
    ],
  })
  expect(figures).toMatchObject({
    rows: [
      { recipe: 'demo', learner: 'bptt', backend: 'reference', differs: 0, ms: { median: expect.any(Number) } },
      { backend: 'wrong', differs: expect.any(Number) },
    ],
    absent: [{ backend: 'missing', reason: expect.stringMatching(/^there is no NVIDIA driver/) }],
  })
  expect(tables).toMatch(/wrong .* not equal \|$/m)
  expect(tables).toMatch(/^Not available: missing: there is no NVIDIA driver/m)
})
