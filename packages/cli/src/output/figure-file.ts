import { dirname, extname } from 'node:path'
import { HillockError } from '@hillock/core'
import type { Figure } from '@hillock/plot'
import { makeFolder, writeWhole } from './files.ts'
import { kindOf } from './reasons.ts'

/** The library that draws: loaded when something is drawn, and only then. */
export const plot = () => import('@hillock/plot')

/**
 * Looks at where a picture is to go before any work is done. Throws HILLOCK_USAGE if the path does not end in .svg or .png, HILLOCK_OUTPUT if it is a
 * folder.
 */
export async function checkPicture(path: string): Promise<void> {
  const ending = extname(path).toLowerCase()
  if (ending !== '.svg' && ending !== '.png') {
    const hint = 'give --out a name with the ending .svg or .png'
    throw new HillockError('HILLOCK_USAGE', `${path} is not the name of an SVG or PNG file`, { hint })
  }
  await makeFolder(dirname(path))
  if ((await kindOf(path)) === 'folder') {
    throw new HillockError('HILLOCK_OUTPUT', `${path} is a folder`, { hint: 'give --out another name' })
  }
}

/** Draws a figure into a file, as its ending says; tells how many bytes. Throws HILLOCK_OUTPUT if it cannot be written. */
export async function writePicture(path: string, figure: Figure): Promise<number> {
  const { toPng, toSvg } = await plot()
  const content = extname(path).toLowerCase() === '.png' ? await toPng(figure) : Buffer.from(await toSvg(figure))
  await writeWhole(path, content)
  return content.length
}
