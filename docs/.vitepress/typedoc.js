import { readFileSync } from 'node:fs'
import { Converter } from 'typedoc'

/** Calls each module of the reference by the name of its package, and options that a function takes apart at once 'options'. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const manifest = new URL(`../../${module.name}/../package.json`, import.meta.url)
      module.name = JSON.parse(readFileSync(manifest, 'utf8')).name
    }
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.name === '__namedParameters') reflection.name = 'options'
    }
  })
}
