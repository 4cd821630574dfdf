import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSafetensors } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hillock } from './run.ts'

const script = fileURLToPath(new URL('python_side.py', import.meta.url))
/** A Python that has safetensors and numpy. */
const python = process.env.HILLOCK_PYTHON

const need = { found: python !== undefined, missing: 'HILLOCK_PYTHON names no Python', optional: true }
whereFound('files are read and written by Python', need, () => withPython(python!))

interface Read {
  readonly metadata: Record<string, string>
  readonly tensors: Record<string, { dtype: string; shape: number[]; values: number[] }>
}

function withPython(python: string): void {
  const run = (...args: string[]) => execFileSync(python, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  let cwd: string
  const inside = (...path: string[]) => join(cwd, ...path)
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'hillock-'))
    const recipe = { extends: 'demo', dataset: { name: 'glyphs', train: 64, test: 50 }, steps: 4, epochs: 2 }
    await writeFile(inside('tiny.json'), JSON.stringify(recipe))
    expect((await hillock(['train', '--config', 'tiny.json', '--out', 'out'], { cwd })).code).toBe(0)
  }, 60_000)
  afterAll(() => rm(cwd, { recursive: true }))

  test.each(['model', 'checkpoint'])('a %s is read by Python: values, shapes and metadata', async (name) => {
    const file = inside('out', `${name}.safetensors`)
    const { tensors, metadata } = readSafetensors(await readFile(file))
    const found: Read = JSON.parse(run('read', file))
    expect(found.metadata).toEqual({ ...metadata, 'hillock.checksum': expect.any(String) })
    expect(Object.keys(found.tensors).sort()).toEqual([...tensors.keys()].sort())
    for (const [name, { shape, values }] of tensors)
      expect(found.tensors[name]).toEqual({ dtype: 'float32', shape, values: Array.from(values) })
  })

  test('a file that Python wrote is read, to the bit', async () => {
    const small = {
      float16: [0.5, 65504, 2 ** -24],
      bool: [1, 0],
      uint8: [255],
      int8: [-128],
      uint16: [65535],
      int16: [-1],
    }
    const wide = { uint32: [2 ** 32 - 1], int32: [-(2 ** 31)], uint64: [2 ** 53 - 1], int64: [1 - 2 ** 53] }
    run('write', inside('python.safetensors'), JSON.stringify({ ...small, ...wide }))
    const of = (kinds: Record<string, number[]>, numbers: Float32ArrayConstructor | Float64ArrayConstructor) =>
      Object.entries(kinds).map(([kind, values]) => [kind, { shape: [values.length], values: numbers.from(values) }])
    const { tensors, metadata } = readSafetensors(await readFile(inside('python.safetensors')))
    expect(metadata).toEqual({ 'written by': 'Python', β: 'β' })
    const odd = [0.1, -0, Infinity, -Infinity, Number.NaN, 1e-45, 3.4028235e38]
    expect(Object.fromEntries(tensors)).toEqual({
      odd: { shape: [7], values: Float32Array.from(odd) },
      matrix: { shape: [2, 3], values: Float64Array.from([0, 1, 2, 3, 4, 5], (x) => x / 3) },
      scalar: { shape: [], values: Float32Array.of(2.5) },
      none: { shape: [0, 4], values: new Float32Array(0) },
      'Gewicht é/β': { shape: [1], values: Float64Array.of(1.5) },
      ...Object.fromEntries([...of(small, Float32Array), ...of(wide, Float64Array)]),
    })
  })

  test('a model that went through Python does what it did', async () => {
    run('copy', inside('out', 'model.safetensors'), inside('copy.safetensors'))
    const results = ['out/model.safetensors', 'copy.safetensors'].map((model) =>
      hillock(['evaluate', '--model', model, '--json'], { cwd }),
    )
    const [own, copied] = (await Promise.all(results)).map(({ events }) => events.at(-1)!)
    expect(copied).toMatchObject({ testAccuracy: own!.testAccuracy })
  })
}
