import { kernels } from '@hillock/core/backend'
import { stream } from '@hillock/core/random'
import fc from 'fast-check'
import { randomProgram } from '../programs.ts'
import { noise } from '../rig.ts'
import { expectAgreement, type Part } from './part.ts'

const size = 4
const sizes = { steps: 5, batch: 2, size }
const count = 40
const together = 25

/** Programs made up at random, the same ones each time. */
export const randomPrograms: Part = (check, { programs }) => {
  for (let done = 0; done < programs; done += together) {
    const [first, last] = [done + 1, Math.min(done + together, programs)]
    check(`random programs ${first} to ${last} agree, forward and backward`, async (backend) => {
      const { layerScope } = backend.supports
      const program = randomProgram({ size, layerScope, products: layerScope, random: true })
      const property = fc.asyncProperty(program, ({ definition, params }) =>
        expectAgreement(backend, {
          kernels: kernels(definition, ['p', 'q']),
          params,
          ...sizes,
          inputs: { input: noise(count, 1), other: noise(count / sizes.steps, 2) },
          matrices: { back: noise(size ** 2, 6), across: noise(size ** 2, 7) },
          signals: { spike: noise(count, 3), v: noise(count, 4), w: noise(count, 5) },
          random: { seed: first, stream: stream.teacher, step: 2, place: 3 },
        }),
      )
      await fc.assert(property, { seed: first, numRuns: last - first + 1 })
    })
  }
}
