import { HillockError } from '@hillock/core'
import { checkValue, is } from '@hillock/core/options'
import type { Figure } from './figure.ts'

/** Draws a figure as the text of an SVG file. Vega is loaded when this is first called. Throws HILLOCK_OPTION if it is not given a figure. */
export async function toSvg(figure: Figure): Promise<string> {
  checkValue('toSvg', 'figure', figure, is.record)
  const { parse, View } = await import('vega')
  const { compile } = await import('vega-lite')
  let view: InstanceType<typeof View>
  try {
    view = new View(parse(compile(figure).spec), { renderer: 'none' })
  } catch (cause) {
    const hint = 'give what a function of this package made, or another specification in Vega-Lite'
    throw new HillockError('HILLOCK_OPTION', `no figure: ${(cause as Error).message.slice(0, 200)}`, { hint, cause })
  }
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
