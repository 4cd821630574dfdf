import { dense, lif, sequential } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { writeNir } from '@hillock/nir'
import { flag, made, names, number, other, word } from '../../src/wrong-values.ts'
import { empty, type Factory } from './kinds.ts'

const network = sequential(2, [dense(2), lif()])
const snapshot = new Map(
  network.layers.flatMap(parametersOf).map(({ name, shape, initial }) => [name, { shape, values: initial(1) }]),
)
const time = {
  dt: number(1e-3, { above: 0 }),
  timeUnit: word('s', 'ms', 'step'),
  method: word('euler', 'exact'),
}
const { bytes } = writeNir(network, snapshot, { dt: 1e-3, timeUnit: 's', method: 'euler' })
const variant = {
  charge: word('step', 'time'),
  scaled: flag,
  atThreshold: flag,
  multiple: flag,
  floor: flag,
  leakySynapse: flag,
  ignore: names(['LIF.r']),
}

const weights = { layer1: 'fc' }
const tensors = new Map([
  ['fc.weight', { shape: [2, 2], values: new Float32Array(4) }],
  ['fc.bias', { shape: [2], values: new Float32Array(2) }],
])

/** NIR files, and weights of torch. */
export const files: Readonly<Record<string, Factory>> = {
  readNir: {
    takes: [
      made(bytes, new Uint8Array(9)),
      {
        options: { ...time, reset: word('zero', 'subtract'), ...variant },
        required: ['dt', 'timeUnit', 'method', 'reset'],
      },
    ],
  },
  torchWeights: {
    takes: [
      made(network),
      made(tensors, new Map([['fc.weight', 1]])),
      {
        options: {
          weights: made(weights, { layer1: 1 }, { layer2: 'fc' }),
          neurons: other({ layer1: 'lif' }, empty, { layer1: 1 }, { layer2: 'lif' }),
        },
        required: ['weights'],
      },
    ],
  },
  writeNir: {
    takes: [made(network), made(snapshot), { options: time, required: ['dt', 'timeUnit', 'method'] }],
  },
}
