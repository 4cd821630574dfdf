import { render } from 'preact'
import { Picture } from './canvas.tsx'
import { Code } from './code-view.tsx'
import { Controls } from './controls.tsx'
import { Later } from './later.tsx'
import { Pad } from './pad.tsx'
import { drawImage } from './pictures.ts'
import { type View, views } from './settings.ts'
import { change, frame, settings } from './state.ts'
import { useStore } from './store.ts'
import { Curves, Neurons, Outputs, Standing } from './watch.tsx'

const titles: Readonly<Record<View, string>> = { network: 'Network', draw: 'Draw', neuron: 'Neuron' }

function Example() {
  const { example, test } = useStore(settings)
  const shown = useStore(frame)
  return (
    <div class="example">
      <Picture
        name="The example that is shown"
        sentence={`Test example ${example}, which the network does not train on.`}
        width={112}
        height={112}
        draw={(pen) => drawImage(pen, shown?.image ?? [])}
      />
      <button type="button" onClick={() => change({ example: (example + 1) % test })}>
        Next example
      </button>
    </div>
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
        {view === 'neuron' ? (
          <Later load={() => import('./neuron-view.tsx').then(({ NeuronView }) => NeuronView)} />
        ) : (
          <>
            <Standing />
            <Controls />
            <div class="columns">
              <div>
                {view === 'draw' ? <Pad /> : <Example />}
                <Outputs />
              </div>
              <div>
                <Curves />
                <Neurons />
              </div>
            </div>
            <Code />
          </>
        )}
      </main>
    </>
  )
}

render(<Page />, document.getElementById('page')!)
