import { readFileSync } from 'node:fs'
import { Comment, Converter } from 'typedoc'

/** Calls each module of the reference by what it is imported as, describes it by its package, and options that a function takes apart at once 'options'. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const [folder, entry] = module.name.split(/\/src(?:\/entries\/)?/)
      const manifest = new URL(`../../${folder}/package.json`, import.meta.url)
      const { name, description } = JSON.parse(readFileSync(manifest, 'utf8'))
      module.name = entry ? `${name}/${entry}` : name
      module.comment ??= new Comment([{ kind: 'text', text: description }])
    }
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.name === '__namedParameters') reflection.name = 'options'
    }
  })
}
