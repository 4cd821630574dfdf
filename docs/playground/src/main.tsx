import { render } from 'preact'
import { Code } from './code-view.tsx'
import { Controls } from './controls.tsx'
import { Example } from './example.tsx'
import { Later } from './later.tsx'
import { drawable, type View, views } from './settings.ts'
import { change, runs, settings } from './state.ts'
import { useStore } from './store.ts'
import { Cursor, Curves, Neurons, Outputs, Standing } from './watch.tsx'

const titles: Readonly<Record<View, string>> = {
  network: 'Network',
  two: 'Two learners',
  draw: 'Draw',
  neuron: 'Neuron',
  open: 'Open',
}

function NetworkView() {
  const { view, data, steps } = useStore(settings)
  const [run] = runs
  return (
    <>
      <Standing of={run} />
      <Controls />
      <div class="columns">
        <div>
          {view === 'draw' && drawable(data) ? (
            <Later key="pad" load={() => import('./pad.tsx').then(({ Pad }) => Pad)} />
          ) : (
            <Example />
          )}
          <Outputs of={run} />
        </div>
        <div>
          <Curves of={run} />
          <Cursor steps={steps} />
          <Neurons of={run} />
        </div>
      </div>
      <Code />
    </>
  )
}

function Page() {
  const { view } = useStore(settings)
  return (
    <>
      <header>
        <h1>hillock playground</h1>
        <nav aria-label="Views">
          {views.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={name === view ? 'page' : undefined}
              onClick={() => change({ view: name })}
            >
              {titles[name]}
            </button>
          ))}
        </nav>
      </header>
      <main>
        <h2>{titles[view]}</h2>
        {view === 'neuron' && (
          <Later key="neuron" load={() => import('./neuron-view.tsx').then(({ NeuronView }) => NeuronView)} />
        )}
        {view === 'open' && (
          <Later key="open" load={() => import('./open/view.tsx').then(({ OpenView }) => OpenView)} />
        )}
        {view === 'two' && <Later key="two" load={() => import('./two-view.tsx').then(({ TwoView }) => TwoView)} />}
        {(view === 'network' || view === 'draw') && <NetworkView />}
      </main>
    </>
  )
}

render(<Page />, document.getElementById('page')!)
