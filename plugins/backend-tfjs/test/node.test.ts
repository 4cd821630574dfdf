import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reference } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { backendConformance } from '@hillock/testkit'
import { describe, expect, jest, test } from '@jest/globals'
import { isAvailable } from '../src/index.ts'
import { tfjsNode } from './addon.ts'
import { losses } from './training.ts'

jest.setTimeout(120_000)

whereFound('tfjs-node', tfjsNode, () => {
  backendConformance({ name: 'tfjs:node', create: tfjsNode.backend, programs: 25, runner: { describe, test } })

  test('gives the losses of the reference to six digits', async () => {
    const [found, wanted] = [await losses(await tfjsNode.backend()), await losses(reference())]
    found.forEach((loss, epoch) => {
      expect(Math.abs(loss / wanted[epoch]! - 1)).toBeLessThan(1e-6)
    })
  })

  test('says that there is no room for an array in place of ending the process', async () => {
    const backend = await tfjsNode.backend()
    const [a, out] = [backend.alloc([200_000, 1]), backend.alloc([200_000, 200_000])]
    expect(() => backend.matmul(a, a, out, { transposeB: true })).toThrow(RangeError)
    await backend.dispose()
  })

  /** As users have it, all in one node_modules; what a program prints. */
  function installed(program: string): string {
    for (const [name, from] of [
      ['core', '../../../packages/core/'],
      ['backend-tfjs', '../'],
    ] as const) {
      const target = join(tfjsNode.folder, 'node_modules', '@hillock', name)
      mkdirSync(target, { recursive: true })
      for (const part of ['package.json', 'dist'])
        cpSync(fileURLToPath(new URL(from + part, import.meta.url)), join(target, part), { recursive: true })
    }
    const args = ['--input-type=module', '--eval', `import { isAvailable } from '@hillock/backend-tfjs'\n${program}`]
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    return execFileSync(process.execPath, args, { cwd: tfjsNode.folder, encoding: 'utf8', stdio: [...stdio] }).trim()
  }

  test('is found where it is installed', () => {
    expect(installed("console.log((await isAvailable({ backend: 'node' })).devices[0])")).toMatch(/^TensorFlow.js 4\./)
  })

  test('tfjs-node-gpu computes with the same binding, and is refused where it finds no GPU', async () => {
    const program = `
      const { available, reason } = await isAvailable({ backend: 'node-gpu' })
      const tf = (await import('@tensorflow/tfjs-node-gpu')).default
      console.log(tf.backend().isGPUPackage, tf.backend().isUsingGpuDevice, tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0])
      console.log(available || reason)`
    const [binding, answer] = installed(program).split('\n')
    expect(binding).toMatch(/^true (true|false) 11$/)
    expect(answer).toMatch(binding!.includes('false') ? /^tfjs-node-gpu finds no GPU that it can use/ : /^true$/)
  })

  test('tfjs-node in the place of tfjs-node-gpu is refused', async () => {
    expect(await isAvailable({ backend: 'node-gpu', tf: tfjsNode.module() })).toEqual({
      available: false,
      reason: expect.stringContaining('tfjs-node is loaded already'),
    })
  })
})
