import { type Backend, conv2d } from '@hillock/core'
import { type MatmulOptions, oracle } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { expect, test } from '@jest/globals'
import * as tf from '@tensorflow/tfjs-core'
import { fromTensor, tfjs } from '../src/index.ts'

const numbers = (size: number) => Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5)

function filled(on: Backend, ...shape: number[]): Tensor {
  const made = on.alloc(shape)
  on.write(made, numbers(shape.reduce((size, n) => size * n, 1)))
  return made
}

async function product(on: Backend, a: Tensor, b: Tensor, shape: readonly number[], options?: MatmulOptions) {
  const out = on.alloc(shape)
  on.matmul(a, b, out, options)
  return Array.from(await on.read(out))
}

/** Gradients of a dense and of a convolutional source of one layer: the same errors as [rows, units], and as [rows * sites, channels]. */
async function gradients(on: Backend): Promise<number[][]> {
  const connection = conv2d(3, 2).connect([4, 4, 1])
  const [input, errors] = [filled(on, 2, 2, 16), filled(on, 2, 2, 27)]
  const dense = await product(on, input, errors, [16, 27], { transposeA: true })
  const wired = await product(on, input, errors, connection.weights, { transposeA: true, wiring: connection.wiring! })
  return [dense, wired, await product(on, input, errors, [16, 27], { transposeA: true })]
}

test.each(['cpu', 'wasm'] as const)(
  '%s: errors that reach two kinds of connection give both gradients',
  async (name) => {
    const backend = await tfjs({ backend: name })
    expect(await gradients(backend)).toEqual(await gradients(oracle()))
    await backend.dispose()
  },
)

test.each(['cpu', 'wasm'] as const)(
  '%s: data that were multiplied in one shape are multiplied in another',
  async (name) => {
    const backend = await tfjs({ backend: name })
    await tf.setBackend(name)
    const given = tf.tensor(numbers(12), [3, 4])
    const other = tf.reshape(given, [4, 3])
    tf.matMul(tf.ones([2, 3]), given)
    const found = await product(backend, filled(backend, 2, 4), fromTensor(backend, other), [2, 3])
    expect(found).toEqual(await product(oracle(), filled(oracle(), 2, 4), filled(oracle(), 4, 3), [2, 3]))
    expect(Array.from(tf.matMul(tf.ones([1, 3]), given).dataSync())).toEqual(
      [0, 1, 2, 3].map((column) => [0, 4, 8].reduce((sum, at) => sum + numbers(12)[at + column]!, 0)),
    )
    await backend.dispose()
  },
)
