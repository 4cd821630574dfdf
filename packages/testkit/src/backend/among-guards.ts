import type { Backend } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { expectSame } from '../assert.ts'
import { type Held, holding, noise } from '../rig.ts'

/**
 * Tensors with others before and after them whose values are known. What a kernel writes beyond its own shows in them: at once where
 * tensors lie in the order in which they are made, and, as `act` is run again in the gaps that it left, where a backend fills gaps. All
 * that lie side by side are made before any is written, since a backend may take memory for what it writes.
 */
export async function amongGuards(
  backend: Backend,
  what: string,
  act: (held: Held) => void | Promise<void>,
): Promise<void> {
  const [held, guards] = [holding(backend), holding(backend)]
  const known: { readonly tensor: Tensor; readonly values: number[] }[] = []
  const guard = () => {
    const made = (['real', 'spikes'] as const).map((kind, i) => {
      const values = noise(130, known.length + i).map((x) => (kind === 'real' ? x : +(x > 0)))
      return { tensor: guards.put(kind === 'real' ? [130] : [130, 1, 1], undefined, kind), values }
    })
    for (const { tensor, values } of made) backend.write(tensor, values)
    known.push(...made)
  }
  const verify = async (when: string) => {
    for (const { tensor, values } of known)
      expectSame(`${what}, ${when}: a neighbour`, await backend.read(tensor), values)
  }
  guard()
  await act({
    ...held,
    put(shape, values, kind) {
      const tensor = held.put(shape, undefined, kind)
      guard()
      if (values !== undefined) backend.write(tensor, values)
      return tensor
    },
  })
  await verify('between')
  held.free()
  await act(held)
  await verify('in gaps')
  held.free()
  guards.free()
}
