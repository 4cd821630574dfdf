// Trains a little and gives a digest of the weights: the same for the sources and for what is built of them.
import { createHash } from 'node:crypto'
import { createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

export async function digest(backend) {
  const network = sequential(784, [dense(32), lif(), dense(10), lif()])
  const session = createSession({
    network,
    learner: bptt(),
    encoder: poisson(),
    loss: crossEntropy(),
    steps: 8,
    ...(backend && { backend }),
  })
  for await (const _ of session.train(glyphs({ train: 128, test: 16 }), { epochs: 2, batchSize: 32 }));
  const hash = createHash('sha256')
  for (const [name, { values }] of await session.snapshot())
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  await session.dispose()
  return hash.digest('hex')
}
