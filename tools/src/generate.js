// Generators of Nx: a plugin in plugins/, from the templates of `hillock new`:
//   npx nx g @hillock/tools:learner my-rule
import { execFileSync } from 'node:child_process'
import { pluginFiles } from 'hillock/template'

/** The plainest of our plugins: what all have in common is taken from it. */
const model = 'plugins/learner-bptt'

export const learner = (tree, options) => generate(tree, 'learner', options.name)
export const backend = (tree, options) => generate(tree, 'backend', options.name)
export const neuron = (tree, options) => generate(tree, 'neuron', options.name)
export const encoder = (tree, options) => generate(tree, 'encoder', options.name)

function generate(tree, kind, name) {
  const called = `@hillock/${kind}-${name}`
  const folder = `plugins/${kind}-${name}`
  const files = pluginFiles(kind, name, called)
  if (tree.exists(folder)) throw new Error(`${folder} already exists: choose another name`)
  for (const path of ['src/index.ts', 'README.md']) tree.write(`${folder}/${path}`, files.get(path))
  const suites = files
    .get('test/conformance.test.js')
    .replace("'node:test'", "'@jest/globals'")
    .replace(`'${called}'`, "'../src/index.ts'")
  tree.write(`${folder}/test/conformance.test.ts`, suites)
  for (const path of ['LICENSE', 'jest.config.js', 'tsconfig.json', 'tsconfig.lib.json', 'tsconfig.test.json'])
    tree.write(`${folder}/${path}`, tree.read(`${model}/${path}`, 'utf8'))
  const { description } = JSON.parse(files.get('package.json'))
  const manifest = JSON.parse(tree.read(`${model}/package.json`, 'utf8'))
  writeJson(tree, `${folder}/package.json`, { ...manifest, name: called, description })
  const workspace = JSON.parse(tree.read('tsconfig.json', 'utf8'))
  workspace.references.push({ path: `./${folder}` })
  writeJson(tree, 'tsconfig.json', workspace)
  return () => finish(tree.root, folder, called, kind, name)
}

const writeJson = (tree, path, value) => tree.write(path, `${JSON.stringify(value, null, 2)}\n`)

/** Links the plugin and builds it, so that the command line finds it. */
function finish(root, folder, called, kind, name) {
  const run = (command, ...args) =>
    execFileSync(command, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    })
  run('npm', 'install', '--ignore-scripts', '--prefer-offline')
  run('npx', 'biome', 'check', '--write', folder)
  run('npx', 'nx', 'run', `${called}:build`)
  run('node', 'tools/src/api.js', folder)
  const uses = kind === 'learner' || kind === 'backend'
  const next = [`npx nx run ${called}:test`, ...(uses ? [`npx hillock train --recipe demo --${kind} ${name}`] : [])]
  process.stdout.write(`\n${called} is built. Next:\n\n${next.map((line) => `  ${line}\n`).join('')}`)
}
