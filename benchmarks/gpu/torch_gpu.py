"""The tutorial step, and a layer with its products, by hand in torch on the GPU: what hillock's figures stand beside."""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from torch_side import Layer, Side  # noqa: E402

torch.set_default_device("cuda")


def ms_of(act, count, warm=5):
    found = []
    for i in range(warm + count):
        torch.cuda.synchronize()
        start = time.perf_counter()
        act()
        torch.cuda.synchronize()
        if i >= warm:
            found.append(1000 * (time.perf_counter() - start))
    return sorted(found)[len(found) // 2]


def task_of(sizes, steps, batch):
    pairs = list(zip(sizes, sizes[1:]))
    return SimpleNamespace(
        sizes=sizes, steps=steps, batch=batch, beta=0.9, rate=1e-3, probability=0.1,
        weights=[torch.randn(a, b) / a**0.5 for a, b in pairs], biases=[torch.zeros(b) for _, b in pairs],
        surrogate={"name": "fastSigmoid", "params": {"slope": 25}}, matrices=[None] * len(pairs),
        layers=[SimpleNamespace(kernel=None) for _ in pairs],
    )


def tutorial():
    side = Side(task_of([784, 128, 10], 50, 64))
    images, labels = torch.rand(64, 784), torch.arange(64) % 10
    ms = ms_of(lambda: side.train(side.encode(images), labels), 60)
    print(json.dumps({"step": "bptt", "backend": f"torch {torch.__version__}", "ms": ms}), flush=True)


def wide(n, count):
    layer = Layer(task_of([n, n], 500, 16), 0)
    layer.below = torch.empty(500, 16, n)
    given, signal = (torch.rand(500, 16, n) < 0.1).float(), torch.full((500, 16, n), 1e-3)

    def step():
        layer.forward(given)
        layer.backward(signal)

    rows, out, gradient = given.flatten(0, 1), torch.empty(8000, n), torch.empty(n, n)

    def products():
        torch.mm(rows, layer.weight, out=out)
        torch.mm(rows.t(), out, out=gradient)
        torch.mm(out, layer.weight.t(), out=layer.below.flatten(0, 1))

    with torch.no_grad():
        figures = {"n": n, "backend": "torch", "ms": ms_of(step, count, 2), "productsMs": ms_of(products, count, 2)}
    print(json.dumps(figures), flush=True)


tutorial()
wide(4096, 20)
wide(16384, 5)
