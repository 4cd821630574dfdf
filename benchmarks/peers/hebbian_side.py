"""A training step of seed 000 as its notebook writes it in numpy, a loop over samples and time steps; the spikes are given."""

import json
import os
import sys
import time

# One thread, as hillock's learner has: set before numpy loads its BLAS.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402


def k_wta(v, k):
    idx = np.argpartition(v, -k)[-k:]
    spikes = np.zeros_like(v, dtype=np.float32)
    spikes[idx] = (v[idx] > 0).astype(np.float32)
    return spikes


def norm_cols(W):
    n = np.linalg.norm(W, axis=0, keepdims=True) + 1e-6
    W /= n


class Net:
    def __init__(self, W1, W2, alpha, k_hidden):
        self.W1, self.W2 = W1, W2
        self.hidden_dim, self.num_classes = W2.shape
        self.alpha, self.k_hidden, self.k_output, self.vth = alpha, k_hidden, 1, 1.0

    def train_step(self, spikes, y_int, teacher, eta1, eta2, eta2_neg, decay, counts=None):
        B, T, _ = spikes.shape
        C = self.num_classes
        for b in range(B):
            v_h = np.zeros(self.hidden_dim, dtype=np.float32)
            v_o = np.zeros(C, dtype=np.float32)
            yb = int(y_int[b])
            for t in range(T):
                x_t = spikes[b, t]
                v_h = self.alpha * v_h + x_t @ self.W1
                s_h = k_wta(v_h, self.k_hidden)
                v_h = v_h - self.vth * s_h
                v_o = self.alpha * v_o + s_h @ self.W2
                s_o_nat = k_wta(v_o, self.k_output)
                v_o = v_o - self.vth * s_o_nat
                y_vec = np.zeros(C, dtype=np.float32)
                y_vec[yb] = teacher[b, t]
                post_pos = np.maximum(s_o_nat, y_vec)
                post_neg = s_o_nat.copy()
                post_neg[yb] = 0.0
                if s_h.any():
                    J = np.where(s_h > 0)[0]
                    x_col = x_t.astype(np.float32)[:, None]
                    sj = s_h[J][None, :]
                    self.W1[:, J] += eta1 * (x_col @ sj - (sj * sj) * self.W1[:, J])
                self.W2 += eta2 * np.outer(s_h, post_pos).astype(np.float32)
                if eta2_neg > 0:
                    self.W2 -= eta2_neg * np.outer(s_h, post_neg).astype(np.float32)
                if decay > 0:
                    self.W1 *= 1.0 - decay
                    self.W2 *= 1.0 - decay
                if counts is not None:
                    counts[0][b] += s_h
                    counts[1][b] += s_o_nat
            norm_cols(self.W1)
            norm_cols(self.W2)
        np.clip(self.W1, -1.0, 1.0, out=self.W1)
        np.clip(self.W2, -1.0, 1.0, out=self.W2)


class Side:
    def __init__(self, folder, workload):
        self.folder, self.workload = folder, workload
        B, T, D, H, C = (workload[name] for name in ("batch", "steps", "inputs", "hidden", "classes"))
        self.spikes = self.read("spikes.u8", (B, T, D), np.uint8).astype(np.float32)
        self.labels = self.read("labels.u8", (B,), np.uint8)
        self.teacher = self.read("teacher.u8", (B, T), np.uint8).astype(np.float32)
        self.weights = [self.read("layer1.weight.f32", (D, H)), self.read("layer2.weight.f32", (H, C))]

    def read(self, name, shape, dtype=np.float32):
        return np.fromfile(f"{self.folder}/{name}", dtype).reshape(shape)

    def net(self):
        W1, W2 = (weight.copy() for weight in self.weights)
        return Net(W1, W2, self.workload["beta"], self.workload["winners"])

    def train(self, net, counts=None):
        rates = (self.workload[name] for name in ("rate", "taught", "anti", "decay"))
        net.train_step(self.spikes, self.labels, self.teacher, *rates, counts)

    def check(self):
        net = self.net()
        counts = [np.zeros((len(self.labels), weight.shape[1]), np.float32) for weight in self.weights]
        self.train(net, counts)
        for i, (count, weight) in enumerate(zip(counts, (net.W1, net.W2))):
            count.tofile(f"{self.folder}/layer{i + 1}.counts.f32")
            weight.tofile(f"{self.folder}/layer{i + 1}.weight.after.f32")

    def steps(self, count):
        times = {"ms": [], "cpuMs": []}
        for _ in range(count):
            net = self.net()
            start, worked = time.perf_counter(), time.process_time()
            self.train(net)
            times["ms"].append(1000 * (time.perf_counter() - start))
            times["cpuMs"].append(1000 * (time.process_time() - worked))
        return times


side = None
for line in sys.stdin:
    message = json.loads(line)
    answer = {}
    if message["do"] == "start":
        side = Side(message["folder"], message["workload"])
        answer = {"version": f"numpy {np.__version__}"}
    elif message["do"] == "check":
        side.check()
    elif message["do"] == "steps":
        answer = side.steps(message["count"])
    print(json.dumps(answer), flush=True)
