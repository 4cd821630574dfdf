import type { Backend } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { expectSame } from '../assert.ts'
import { noise } from '../rig.ts'
import type { Part } from './part.ts'

const [rows, inner, columns] = [19, 67, 33]

/** Tensors for a product of any reals, whose last bits go by the order of its terms. */
function filled(backend: Backend) {
  const put = (shape: readonly number[], values: readonly number[], kind?: Tensor['kind']) => {
    const tensor = backend.alloc(shape, kind)
    backend.write(tensor, values)
    return tensor
  }
  const values = {
    a: noise(rows * inner, 1).map((x) => x / 3),
    b: noise(inner * columns, 2).map((x) => x / 7),
    bias: noise(columns, 3),
    spikes: noise(rows * inner, 4).map((x) => +(x > 0.4)),
  }
  return {
    values,
    a: put([rows, inner], values.a),
    b: put([inner, columns], values.b),
    bias: put([columns], values.bias),
    spikes: put([rows, inner], values.spikes, 'spikes'),
    out: backend.alloc([rows, columns]),
    columnSums: backend.alloc([inner]),
  }
}

/** Whatever the call: the same bits each time, in the order given, and nothing changed but what it is to change. */
export const calls: Part = (check) => {
  check('products and sums give the same bits for the same call', async (backend) => {
    const { values: _, ...t } = filled(backend)
    for (const a of [t.a, t.spikes]) {
      const found: number[][] = []
      for (let time = 0; time < 3; time++) {
        backend.matmul(a, t.b, t.out, { bias: t.bias })
        backend.sum(a, t.columnSums)
        found.push([...(await backend.read(t.out)), ...(await backend.read(t.columnSums))])
      }
      for (const again of found.slice(1)) expectSame(`again, of ${a.kind}`, again, found[0]!)
    }
    for (const tensor of Object.values(t)) backend.free(tensor)
  })

  check('arguments are left as they are', async (backend) => {
    const { values, ...t } = filled(backend)
    for (const a of [t.a, t.spikes]) {
      backend.matmul(a, t.b, t.out, { bias: t.bias })
      backend.sum(a, t.columnSums)
    }
    for (const name of ['a', 'b', 'bias', 'spikes'] as const)
      expectSame(name, await backend.read(t[name]), values[name].map(Math.fround))
    for (const tensor of Object.values(t)) backend.free(tensor)
  })

  check('calls take effect in the order given', async (backend) => {
    const { values, ...t } = filled(backend)
    backend.matmul(t.spikes, t.b, t.out)
    const wanted = Array.from(await backend.read(t.out))
    const after = backend.alloc([rows, columns])
    backend.matmul(t.spikes, t.b, after)
    // whoever puts the product off finds another b, or none at all
    backend.write(
      t.b,
      values.b.map((x) => -x),
    )
    backend.free(t.spikes)
    const inPlace = backend.alloc([rows, inner], 'spikes')
    backend.write(
      inPlace,
      values.spikes.map((x) => 1 - x),
    )
    expectSame('the product', await backend.read(after), wanted)
    const { spikes: _, ...rest } = t
    for (const tensor of [...Object.values(rest), after, inPlace]) backend.free(tensor)
  })
}
