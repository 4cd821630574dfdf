"""The convolutions of `--suite ops` in torch: ms of processor time, the faster of channels first and last. python3 conv_torch.py [THREADS]"""

import sys
import time

import torch

torch.set_grad_enabled(False)
torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
rounds, batch = 9, 32


def median(run):
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(1000 * (time.process_time() - start))
    return sorted(times)[rounds // 2]


for side, inputs, channels, kernel, padding, steps in [(28, 1, 12, 5, 0, 25), (34, 2, 16, 3, 1, 25), (16, 64, 64, 3, 1, 10)]:
    best = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        x = (torch.rand(steps * batch, inputs, side, side) < 0.1).float().contiguous(memory_format=layout)
        w = torch.rand(channels, inputs, kernel, kernel).contiguous(memory_format=layout)
        delta = torch.rand_like(torch.conv2d(x, w, padding=padding)).contiguous(memory_format=layout)

        def backward(wanted):
            pads = [padding, padding]
            torch.ops.aten.convolution_backward(delta, x, w, None, [1, 1], pads, [1, 1], False, [0, 0], 1, wanted)

        runs = {
            "forward": lambda: torch.conv2d(x, w, padding=padding),
            "gradient": lambda: backward([False, True, False]),
            "adjoint": lambda: backward([True, False, False]),
        }
        for name, run in runs.items():
            best[name] = min(best.get(name, float("inf")), median(run))
    found = ", ".join(f"{name} {ms:.1f}" for name, ms in best.items())
    print(f"{side}x{side}x{inputs} to {channels}C{kernel}, T {steps}, B {batch}: {found}")
