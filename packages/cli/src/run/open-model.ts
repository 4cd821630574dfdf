import { buildModel, type SavedModel, unpackModel } from '@hillock/recipes'
import { readNamed } from '../output/files.ts'
import { asJson } from '../output/json.ts'
import { asText } from '../output/text.ts'
import { loadOwn } from './parts.ts'

const mostNames = 10

/** What to tell of tensors that nothing uses; undefined when there are none. */
export function unusedWarning(path: string, unused: readonly string[]) {
  if (unused.length === 0) return undefined
  const more = unused.length > mostNames ? ` and ${unused.length - mostNames} more` : ''
  const message = `${path} has tensors that nothing uses: ${unused.slice(0, mostNames).join(', ')}${more}`
  return { code: 'HILLOCK_UNUSED_TENSOR', message } as const
}

/** Reads the model that --model names, and warns of tensors in it that its network has no use for. Throws what `readNamed`, `unpackModel`, `loadOwn` and `buildModel` throw. */
export async function openModel(
  path: string,
  json: boolean | undefined,
): Promise<{ model: SavedModel; bytes: Uint8Array }> {
  const bytes = await readNamed(path, 'give --model the model.safetensors that train --out wrote')
  const packed = unpackModel(bytes, path)
  const model = buildModel(packed, await loadOwn(packed.recipe))
  const warning = unusedWarning(path, model.unused)
  if (warning) (json ? asJson() : asText()).warning(warning)
  return { model, bytes }
}
