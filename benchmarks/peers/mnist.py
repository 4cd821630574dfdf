"""The lif-tutorial recipe in snnTorch, on all of MNIST: until 95 % of the test images are right, or only so many batches.

HILLOCK_DATA: the folder with MNIST's files, or one with a folder `mnist`. One JSON object a line.
"""

import argparse
import gzip
import json
import os
from pathlib import Path

import numpy as np
import snntorch as snn
import snntorch.functional as SF
import torch
from snntorch import spikegen, surrogate
from torch import nn

STEPS, BATCH, TEST_BATCH = 50, 64, 250


def idx(name, header):
    folder = Path(os.environ["HILLOCK_DATA"])
    path = next(p for p in (folder / "mnist" / name, folder / name) if p.exists())
    return torch.from_numpy(np.frombuffer(gzip.open(path).read(), np.uint8, offset=header).copy())


def part(name):
    images = idx(f"{name}-images-idx3-ubyte.gz", 16).view(-1, 784).float() / 255
    return images, idx(f"{name}-labels-idx1-ubyte.gz", 8).long()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        gradient = surrogate.fast_sigmoid(slope=25)
        self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 10)
        self.lif1 = snn.Leaky(beta=0.9, spike_grad=gradient)
        self.lif2 = snn.Leaky(beta=0.9, spike_grad=gradient)

    def forward(self, x):
        mem1, mem2 = self.lif1.init_leaky(), self.lif2.init_leaky()
        record = []
        for step in range(STEPS):
            spikes, mem1 = self.lif1(self.fc1(x[step]), mem1)
            spikes, mem2 = self.lif2(self.fc2(spikes), mem2)
            record.append(spikes)
        return torch.stack(record)


def say(**event):
    print(json.dumps(event), flush=True)


def encode(images):
    return spikegen.rate(images, num_steps=STEPS, gain=0.1)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--batches", type=int, help="train so many batches, test a tenth of them, and end")
    options.add_argument("--epochs", type=int, default=15)
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    images, labels = part("train")
    test_images, test_labels = part("t10k")
    net, loss = Net(), SF.ce_count_loss()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-5)
    say(event="start", batches=len(labels) // BATCH, testBatches=len(test_labels) // TEST_BATCH)
    for epoch in range(options.epochs):
        order = torch.randperm(len(labels))
        for batch in range(options.batches or len(labels) // BATCH):
            rows = order[batch * BATCH : (batch + 1) * BATCH]
            error = loss(net(encode(images[rows])), labels[rows])
            optimizer.zero_grad()
            error.backward()
            optimizer.step()
        say(event="trained", epoch=epoch + 1)
        right = count = 0
        with torch.no_grad():
            for batch in range(max(1, options.batches // 10) if options.batches else len(test_labels) // TEST_BATCH):
                rows = slice(batch * TEST_BATCH, (batch + 1) * TEST_BATCH)
                counts = net(encode(test_images[rows])).sum(0)
                right += (counts.argmax(1) == test_labels[rows]).sum().item()
                count += TEST_BATCH
        say(event="epoch", epoch=epoch + 1, testAccuracy=right / count)
        if options.batches or right / count >= 0.95:
            return


main()
