import type { Connection, Shape } from '../connections/connection.ts'
import type { Neuron } from '../neuron.ts'
import { checkValue } from '../options.ts'
import { shapeError } from '../refusals.ts'
import { build, checkPart, inputShape, isConnection, type PlannedLayer } from './build.ts'
import type { Network } from './layer.ts'

/**
 * Layers one after another, written as in `sequential(784, [dense(128), lif(), dense(10), lif()])`. `inputs` is a number, or a shape with
 * channels last: [height, width, channels]. Several connections before the same neurons are taken one after the other.
 *
 * Throws HILLOCK_SHAPE if neurons come without a connection or a connection without neurons, if a connection cannot take the shape
 * before it, or if a parameter or a state has not one value for each neuron. Throws HILLOCK_OPTION if a part is neither (a factory that was
 * not called, a connection made by hand that lacks something), or if neurons learn a parameter named as their weights are. Throws
 * HILLOCK_UNSUPPORTED if neurons draw more random numbers in a step than can be told apart.
 *
 * @example
 * ```ts
 * import { avgPool, conv2d, dense, lif, sequential } from '@hillock/core'
 *
 * const network = sequential([28, 28, 1], [conv2d(12, 5), avgPool(2), lif(), dense(10), lif()])
 * console.log(String(network)) // a table of its layers
 * ```
 */
export function sequential(inputs: number | Shape, parts: readonly (Connection | Neuron)[]): Network {
  const shape = inputShape('a network', inputs)
  const hint = 'write a connection, then its neurons, and so on: [dense(128), lif(), dense(10), lif()]'
  checkValue('sequential', 'parts', parts, (value) => (Array.isArray(value) ? undefined : hint))
  parts.forEach((part, i) => {
    checkPart('sequential', `part ${i + 1}`, part)
  })
  const layers: PlannedLayer[] = []
  let connections: Connection[] = []
  for (const [i, part] of parts.entries()) {
    if (isConnection(part)) {
      connections.push(part)
      continue
    }
    if (connections.length === 0) throw shapeError(`part ${i + 1} is neurons without a connection`, hint)
    const from = layers.length === 0 ? 'input' : layers.length - 1
    layers.push({ name: `layer${layers.length + 1}`, neuron: part, sources: [{ from, connections }] })
    connections = []
  }
  if (layers.length > 0 && connections.length === 0) return build(shape, layers)
  const found = parts.length === 0 ? 'there are no parts' : `part ${parts.length} is a connection without neurons`
  throw shapeError(found, hint)
}
