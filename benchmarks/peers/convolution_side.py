"""Convolutions, gradients of their weights and adjoints of their input in torch, by channels first or last, whichever is faster."""

import json
import sys
import time

import torch
from exchange import read, write

torch.set_grad_enabled(False)


class Side:
    def __init__(self, folder, threads, side, inputs, channels, kernel, padding, steps, batch):
        torch.set_num_threads(threads)
        self.folder, self.padding, self.channels, self.fastest = folder, padding, channels, {}
        out = side + 2 * padding - kernel + 1
        x = read(folder, "x.f32", (steps * batch, side, side, inputs)).permute(0, 3, 1, 2)
        w = read(folder, "w.f32", (kernel, kernel, inputs, channels)).permute(3, 2, 0, 1)
        delta = read(folder, "delta.f32", (steps * batch, out, out, channels)).permute(0, 3, 1, 2)
        layouts = (torch.contiguous_format, torch.channels_last)
        self.given = [[a.contiguous(memory_format=layout) for a in (x, w, delta)] for layout in layouts]

    def backward(self, given, wanted):
        x, w, delta = given
        pads = [self.padding, self.padding]
        return torch.ops.aten.convolution_backward(delta, x, w, None, [1, 1], pads, [1, 1], False, [0, 0], 1, wanted)

    def run(self, operation, given):
        if operation == "forward":
            return torch.conv2d(given[0], given[1], padding=self.padding)
        if operation == "gradient":
            return self.backward(given, [False, True, False])[1]
        return self.backward(given, [True, False, False])[0]

    def check(self, operation):
        found = self.run(operation, self.given[0])
        # Weights are [height, width, inputs, channels] for hillock, images have their channels last.
        order = (2, 3, 1, 0) if operation == "gradient" else (0, 2, 3, 1)
        write(self.folder, "found.f32", found.permute(order).contiguous())

    def timed(self, operation, given):
        start, worked = time.perf_counter(), time.process_time()
        self.run(operation, given)
        return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - worked)

    def steps(self, operation, count):
        if operation not in self.fastest:
            self.fastest[operation] = min(self.given, key=lambda given: min(self.timed(operation, given) for _ in range(5)))
        ms, cpu = zip(*(self.timed(operation, self.fastest[operation]) for _ in range(count)))
        return {"ms": ms, "cpuMs": cpu}


side = None
for line in sys.stdin:
    message = json.loads(line)
    act, answer = message.pop("do"), {}
    if act == "start":
        side = Side(**message)
        answer = {"version": f"torch {torch.__version__}"}
    elif act == "check":
        side.check(**message)
    elif act == "steps":
        answer = side.steps(**message)
    print(json.dumps(answer), flush=True)
