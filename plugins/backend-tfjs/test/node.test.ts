import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dense, lif, reference, sequential } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { backendConformance } from '@hillock/testkit'
import { describe, expect, jest, test } from '@jest/globals'
import type { Tensor } from '@tensorflow/tfjs-core'
import { asLayer, isAvailable, type LayerOptions } from '../src/index.ts'
import { tfjsNode } from './addon.ts'
import { data, losses } from './training.ts'

jest.setTimeout(120_000)

whereFound('tfjs-node', tfjsNode, () => {
  backendConformance({ name: 'tfjs:node', create: tfjsNode.backend, programs: 25, runner: { describe, test } })

  test('gives the losses of the reference to six digits', async () => {
    const [found, wanted] = [await losses(await tfjsNode.backend()), await losses(reference())]
    found.forEach((loss, epoch) => {
      expect(Math.abs(loss / wanted[epoch]! - 1)).toBeLessThan(1e-6)
    })
  })

  test('trains a hillock layer in model.fit, and keeps nothing', async () => {
    const tf = tfjsNode.module() as NonNullable<LayerOptions['tf']>
    const network = sequential(35, [dense(24), lif(), dense(4), lif()])
    const model = tf.sequential()
    model.add(tf.layers.inputLayer({ inputShape: [35] }))
    model.add(await asLayer(network, { steps: 8, tf }))
    const loss = (labels: Tensor, counts: Tensor) => tf.losses.softmaxCrossEntropy(labels, counts)
    model.compile({ optimizer: tf.train.adam(5e-3), loss })
    const { images, labels, count } = data.train
    const x = tf.tensor2d(images, [count, 35])
    const y = tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), 4)
    const first = await model.fit(x, y, { epochs: 1, batchSize: 16, verbose: 0 })
    const before = tf.memory().numTensors
    const last = await model.fit(x, y, { epochs: 20, batchSize: 16, verbose: 0 })
    expect(Number(last.history.loss!.at(-1))).toBeLessThan(0.7 * Number(first.history.loss![0]))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('says that an array does not fit instead of ending the process', async () => {
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
