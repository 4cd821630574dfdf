import {
  conv1d,
  dense,
  dropout,
  HillockError,
  type Input,
  type Network,
  type Neuron,
  network,
  neurons,
  type Population,
  recurrent,
  type Session,
  sequential,
} from '@hillock/core'
import type { Check } from './suite.ts'

/** Makes a network of layers of these sizes. */
export type Build = (inputs: number, sizes: readonly number[], of: () => Neuron) => Network

/** Dense layers, one after another. */
export const layered: Build = (inputs, sizes, of) =>
  sequential(
    inputs,
    sizes.flatMap((units) => [dense(units, { weight: 'heUniform' }), of()]),
  )

const rest = (sizes: readonly number[], of: () => Neuron) => sizes.slice(1).flatMap((units) => [dense(units), of()])

/** Each layer has a second source. */
const joined =
  (second: (below: Input | Population, input: Input) => Input | Population): Build =>
  (inputs, sizes, of) =>
    network(inputs, (input) => {
      let top: Population | undefined
      for (const units of sizes) {
        const below = top ?? input
        top = neurons(of(), [dense(units), below], [dense(units), second(below, input)])
      }
      return top!
    })

const structures: Readonly<Record<string, Build>> = {
  'two sources of one current': joined((below) => below),
  'a source that skips layers': joined((_, input) => input),
  'a convolution': (inputs, sizes, of) =>
    sequential([inputs, 1], [conv1d(sizes[0]!, inputs), of(), ...rest(sizes, of)]),
  dropout: (inputs, sizes, of) => sequential(inputs, [dropout(0.2), dense(sizes[0]!), of(), ...rest(sizes, of)]),
  'recurrent neurons': (inputs, sizes, of) =>
    sequential(inputs, [dense(sizes[0]!), recurrent(of()), ...rest(sizes, of)]),
}

/** A network of another structure is trained wholly, or refused: no weights are left out in silence. */
export function otherStructures(
  test: Check,
  start: (how: { readonly build: Build }) => Promise<Session>,
  train: (session: Session) => Promise<unknown>,
): void {
  for (const [what, build] of Object.entries(structures)) {
    test(`trains all weights of a network with ${what}, or refuses it`, async () => {
      const session = await start({ build })
      const before = await session.snapshot()
      try {
        await train(session)
        const after = await session.snapshot()
        for (const [name, { values }] of before) {
          const found = after.get(name)!.values
          if (name.includes('.weight') && values.every((value, i) => value === found[i]))
            throw new Error(`${name} is as before`)
        }
      } catch (error) {
        if (!(error instanceof HillockError && error.code === 'HILLOCK_UNSUPPORTED')) throw error
      } finally {
        await session.dispose()
      }
    })
  }
}
