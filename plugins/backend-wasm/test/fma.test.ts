import { spawnSync } from 'node:child_process'
import { wasm } from '@hillock/backend-wasm'
import { expect, test } from '@jest/globals'
import { hasRelaxedSimd } from '../src/platform.ts'

/** Node 20 has it behind a flag. */
const flags = hasRelaxedSimd() ? [] : ['--experimental-wasm-relaxed-simd']

test(
  hasRelaxedSimd() ? 'fma is there, and said not to be exact' : 'fma is refused where the engine has none',
  async () => {
    const made = wasm({ threads: 1, fma: true })
    if (!hasRelaxedSimd()) return expect(made).rejects.toMatchObject({ code: 'HILLOCK_UNSUPPORTED' })
    const backend = await made
    expect(backend.supports.exact).toBe(false)
    return backend.dispose()
  },
)

function run(script: string): string {
  const args = [...flags, '--input-type=module', '--eval', script]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  })
  expect({ status, stderr, stdout: status === 0 ? '' : stdout }).toEqual({ status: 0, stderr: '', stdout: '' })
  return stdout
}

test('with fma the backend conforms, run by node:test', () => {
  const report = run(`
    import { describe, test } from 'node:test'
    import { wasm } from '@hillock/backend-wasm'
    import { backendConformance } from '@hillock/testkit'
    for (const threads of [1, 2]) {
      const create = () => wasm({ threads, fma: true })
      backendConformance({ name: 'fma, ' + threads, create, programs: 25, decorated: false, runner: { describe, test } })
    }`)
  expect(report).toMatch(/^. fail 0$/m)
  expect(Number(/^. pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(200)
}, 300_000)

test('products round once: nearer to the true sum than without', () => {
  const [once, twice] = JSON.parse(
    run(`
    import { oracle } from '@hillock/core/backend'
    import { generator, stream } from '@hillock/core/random'
    import { wasm } from '@hillock/backend-wasm'
    const { uniform } = generator(1, stream.noise)
    const values = (n) => Float32Array.from({ length: n }, () => uniform() - 0.5)
    const [m, k, n] = [64, 500, 40]
    const [a, b] = [values(m * k), values(k * n)]
    const product = async (backend) => {
      const [x, y, out] = [backend.alloc([m, k]), backend.alloc([k, n]), backend.alloc([m, n])]
      backend.write(x, a)
      backend.write(y, b)
      backend.matmul(x, y, out)
      const result = await backend.read(out)
      await backend.dispose()
      return result
    }
    const truth = await product(oracle())
    const error = (found) => Math.sqrt(found.reduce((sum, x, i) => sum + (x - truth[i]) ** 2, 0))
    const found = [await product(await wasm({ threads: 1, fma: true })), await product(await wasm({ threads: 1 }))]
    console.log(JSON.stringify(found.map(error)))`),
  ) as [number, number]
  expect(once).toBeGreaterThan(0)
  expect(once).toBeLessThan(twice)
}, 60_000)
