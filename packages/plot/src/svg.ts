import type { Figure } from './figure.ts'

/** Draws a figure as the text of an SVG file. Vega is loaded when this is first called. */
export async function toSvg(figure: Figure): Promise<string> {
  const { parse, View } = await import('vega')
  const { compile } = await import('vega-lite')
  const view = new View(parse(compile(figure).spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
