import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { katex } from '@mdit/plugin-katex'
import { defineConfig } from 'vitepress'
import { decisions } from './decisions.js'
import { errorLinks } from './error-links.js'
import { exampleNames, exampleTitle } from './examples.js'
import { outsideLinks } from './outside-links.js'
import { packageNames } from './packages.js'

const page = (text, link) => ({ text, link })
const group = (text, items) => ({ text, items })

const guide = [
  group('Begin', [page('Start in five minutes', '/start'), page('Command line', '/packages/cli')]),
  group('Guide', [
    page('Neurons as equations', '/guide/neurons'),
    page('Networks', '/guide/networks'),
    page('Encoders', '/guide/encoders'),
    page('Event data', '/guide/events'),
    page('Losses', '/guide/losses'),
    page('Choose a learning rule', '/guide/learning-rules'),
    page('Learners compared', '/learners'),
    page('Optimizers', '/guide/optimizers'),
    page('Training and evaluating', '/guide/training'),
    page('Streams', '/guide/stream'),
    page('Weights of torch', '/guide/torch'),
    page('Plots', '/guide/plots'),
    page('Backends and threads', '/guide/backends'),
    page('Checkpoints and resuming', '/guide/checkpoints'),
    page('Sweeps', '/guide/sweeps'),
    page('Randomness', '/guide/randomness'),
    page('In the browser', '/guide/browser'),
    page('Measure speed', '/guide/bench'),
  ]),
  group('Write your own', [
    page('A neuron', '/extend/neuron'),
    page('An encoder', '/extend/encoder'),
    page('A learner', '/extend/learner'),
    page('A backend', '/extend/backend'),
  ]),
]

const examples = [
  group('Examples', [
    page('All of them', '/examples/'),
    ...exampleNames.map((name) => page(exampleTitle(name), `/examples/${name}/`)),
  ]),
]

const tutorials = [
  group('Tutorials', [
    page('Which one?', '/tutorials/'),
    page('From one neuron to MNIST', '/tutorials/lif-tutorial'),
    page('Backpropagation or feedback alignment', '/tutorials/keras-lif'),
    page('Spikes with a value', '/tutorials/graded-spikes'),
    page('Learning without error', '/tutorials/hebbian-kwta'),
    page('Random feedback in a window of time', '/tutorials/random-bp'),
    page('Eligibility traces', '/tutorials/eligibility'),
    page('Convolution', '/tutorials/convolution'),
    page('Recurrence', '/tutorials/recurrence'),
  ]),
  group('Questions', [page('Does backpropagation produce STDP?', '/stdp')]),
]

const reference = [
  group('Reference', [
    page('Error codes', '/reference/errors'),
    page('What works where', '/reference/works'),
    page('How hillock compares', '/reference/compare'),
    page('Known faults', '/reference/known-faults'),
    page('Benchmarks', '/benchmarks'),
    page('Architecture', '/architecture'),
  ]),
  group(
    'Decisions',
    decisions.map(({ title, name }) => page(title, `/decisions/${name}`)),
  ),
  group(
    'Packages',
    packageNames.map((name) => page(name === 'cli' ? 'hillock, the command line' : name, `/packages/${name}`)),
  ),
  group('API', [page('All that is exported', '/api/')]),
]

/** What typedoc found; nothing where it has not run. */
function api() {
  const file = new URL('../api/navigation.json', import.meta.url)
  const packages = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  return [
    group(
      'API',
      packages.map(({ title, path }) => page(title, `/api/${path.replace(/index\.md$/, '')}`)),
    ),
  ]
}

export default defineConfig({
  title: 'hillock',
  description: 'Spiking neural networks in TypeScript, in Node.js and in the browser',
  srcExclude: ['playground/**'],
  // a folder's README is its page
  rewrites: {
    'decisions/README.md': 'decisions/index.md',
    'examples/README.md': 'examples/index.md',
    'examples/:name/README.md': 'examples/:name/index.md',
  },
  ignoreDeadLinks: [/^\/playground\//],
  // the playground, which is built before the site, and the examples that READMEs of packages link to
  buildEnd({ outDir }) {
    const copy = (from, to) =>
      cpSync(fileURLToPath(new URL(from, import.meta.url)), join(outDir, to), { recursive: true })
    copy('../playground/dist', 'playground')
    copy('../../packages/plot/examples', 'packages/examples')
  },
  cacheDir: '../node_modules/.cache/vitepress',
  head: [['link', { rel: 'icon', href: '/logo.svg', type: 'image/svg+xml' }]],
  markdown: {
    config(md) {
      md.use(katex, { throwOnError: true, strict: 'error' })
      outsideLinks(md)
      errorLinks(md)
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Guide', link: '/guide/neurons', activeMatch: '^/(guide|extend)/' },
      { text: 'Examples', link: '/examples/', activeMatch: '^/examples/' },
      { text: 'Tutorials', link: '/tutorials/', activeMatch: '^/(tutorials/|stdp)' },
      {
        text: 'Reference',
        link: '/reference/errors',
        activeMatch: '^/(reference|packages|architecture|decisions|benchmarks)',
      },
      { text: 'Playground', link: '/playground/', target: '_self' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
    ],
    sidebar: {
      '/examples/': examples,
      '/tutorials/': tutorials,
      '/stdp': tutorials,
      '/reference/': reference,
      '/packages/': reference,
      '/architecture': reference,
      '/decisions/': reference,
      '/benchmarks': reference,
      '/api/': api(),
      // the first one that a page's path begins with
      '/': guide,
    },
    footer: { message: 'MIT licence' },
  },
})
