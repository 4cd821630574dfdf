import { readFileSync } from 'node:fs'
import { Converter } from 'typedoc'

/** Calls each module of the reference by the name of its package. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const manifest = new URL(`../../${module.name}/../package.json`, import.meta.url)
      module.name = JSON.parse(readFileSync(manifest, 'utf8')).name
    }
  })
}
