import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import type { Figure } from './figure.ts'
import { toSvg } from './svg.ts'

/**
 * Draws a figure as the bytes of a PNG file, `scale` pixels for each unit of the SVG; in Node.js. It brings its own font, so that the same
 * figure gives the same bytes everywhere. Throws HILLOCK_OPTION if the scale is not a positive number up to 10, HILLOCK_UNSUPPORTED if it is not
 * called in Node.js.
 */
export async function toPng(figure: Figure, options: { readonly scale?: number } = {}): Promise<Uint8Array> {
  checkOptions('toPng', options, { scale: (value) => is.above(0)(value) ?? is.number(0, 10)(value) })
  const { scale = 2 } = options
  const require = nodeRequire()
  const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js')
  const fontFiles = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'].map((file) =>
    require.resolve(`@expo-google-fonts/arimo/${file}`),
  )
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Arimo', sansSerifFamily: 'Arimo' }
  // resvg knows one of the two names for "do not smooth", and heeds the last one only
  const sharp = (await toSvg(figure)).replaceAll('image-rendering: pixelated', 'image-rendering: optimizeSpeed')
  return new Resvg(sharp, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng()
}

/** Asked for only here, and not imported, so that a bundle for browsers that draws SVG holds no trace of what draws PNG. */
function nodeRequire(): NodeJS.Require {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') {
    const hint = 'draw with toSvg: a browser shows that'
    throw new HillockError('HILLOCK_UNSUPPORTED', 'toPng works only in Node.js', { hint })
  }
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)
}
