import { writeModel } from '@hillock/recipes'

declare const __VERSION__: string

type Given = Parameters<typeof writeModel>

/** The weights as a model.safetensors of this version. */
export const packed = (network: Given[0], snapshot: Given[1], about: Given[2]): Uint8Array =>
  writeModel(network, snapshot, about, { hillock: __VERSION__ })
