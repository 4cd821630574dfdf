import { HillockError, type SavedTensor } from '@hillock/core'

/** The tensor of a state dict by its name, which counts as used then. */
export type Get = (name: string) => SavedTensor | undefined
/** What was found, by the names that the network has for it. */
export type Values = Map<string, ArrayLike<number>>

/** The values of a tensor that must be there, in this shape. */
export function wanted(
  get: Get,
  name: string,
  shape: readonly number[],
  hint = 'look at the names of the state dict',
): ArrayLike<number> {
  const found = get(name) ?? missing(`'${name}'`, hint)
  if (String(found.shape) !== String(shape)) misfit(name, found.shape, shape)
  return found.values
}

export function missing(what: string, hint: string): never {
  throw new HillockError('HILLOCK_SHAPE', `torchWeights: ${what} is missing`, { hint })
}

export function misfit(name: string, found: readonly number[], shape: readonly number[]): never {
  const hint = 'write the network as it is in torch'
  throw new HillockError(
    'HILLOCK_SHAPE',
    `'${name}' of the state dict has shape [${found}], and the network wants [${shape}]`,
    { hint },
  )
}
