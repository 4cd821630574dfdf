"""The training step of the seed's Hebbian network as its notebook writes it in numpy: a loop over samples and time steps."""

import json
import sys
import time

import numpy as np


def k_wta(v, k):
    idx = np.argpartition(v, -k)[-k:]
    spikes = np.zeros_like(v, dtype=np.float32)
    spikes[idx] = (v[idx] > 0).astype(np.float32)
    return spikes


def norm_cols(W):
    n = np.linalg.norm(W, axis=0, keepdims=True) + 1e-6
    W /= n


class Net:
    def __init__(self, W1, W2, alpha, k_hidden, k_output=1, vth=1.0):
        self.W1, self.W2 = W1, W2
        self.hidden_dim, self.num_classes = W2.shape
        self.alpha, self.k_hidden, self.k_output, self.vth = alpha, k_hidden, k_output, vth

    def train_step(self, spikes, y, teacher, eta1=0.01, eta2=0.02, eta2_neg=0.01, decay1=5e-5, decay2=5e-5):
        B, T, D = spikes.shape
        C = self.num_classes
        for b in range(B):
            v_h = np.zeros(self.hidden_dim, dtype=np.float32)
            v_o = np.zeros(C, dtype=np.float32)
            yb = int(y[b])
            for t in range(T):
                x_t = spikes[b, t]
                v_h = self.alpha * v_h + x_t @ self.W1
                s_h = k_wta(v_h, self.k_hidden)
                v_h = v_h - self.vth * s_h
                v_o = self.alpha * v_o + s_h @ self.W2
                s_o = k_wta(v_o, self.k_output)
                v_o = v_o - self.vth * s_o
                y_vec = np.zeros(C, dtype=np.float32)
                y_vec[yb] = teacher[b, t]
                post_pos = np.maximum(s_o, y_vec)
                post_neg = s_o.copy()
                post_neg[yb] = 0.0
                if s_h.any():
                    J = np.where(s_h > 0)[0]
                    x_col = x_t.astype(np.float32)[:, None]
                    sj = s_h[J][None, :]
                    self.W1[:, J] += eta1 * (x_col @ sj - (sj * sj) * self.W1[:, J])
                self.W2 += eta2 * np.outer(s_h, post_pos).astype(np.float32)
                self.W2 -= eta2_neg * np.outer(s_h, post_neg).astype(np.float32)
                self.W1 *= 1.0 - decay1
                self.W2 *= 1.0 - decay2
            norm_cols(self.W1)
            norm_cols(self.W2)
        np.clip(self.W1, -1.0, 1.0, out=self.W1)
        np.clip(self.W2, -1.0, 1.0, out=self.W2)


def main(folder):
    with open(f"{folder}/meta.json") as file:
        meta = json.load(file)
    B, T, D, H, C = (meta[name] for name in ("batch", "steps", "inputs", "hidden", "classes"))
    raw = lambda name, shape, dtype=np.float32: np.fromfile(f"{folder}/{name}", dtype).reshape(shape)
    spikes = raw("spikes.u8", (B, T, D), np.uint8).astype(np.float32)
    labels, teacher = raw("labels.u8", (B,), np.uint8), raw("teacher.u8", (B, T), np.uint8).astype(np.float32)
    for _ in sys.stdin:
        net = Net(raw("w1.f32", (D, H)).copy(), raw("w2.f32", (H, C)).copy(), float(np.exp(-0.25)), 32)
        c0 = time.process_time()
        began = time.perf_counter()
        net.train_step(spikes, labels, teacher)
        ms = 1000 * (time.perf_counter() - began)
        cpu = 1000 * (time.process_time() - c0)
        net.W1.tofile(f"{folder}/w1.out")
        net.W2.tofile(f"{folder}/w2.out")
        print(json.dumps({"milliseconds": ms, "cpu": cpu}), flush=True)


main(sys.argv[1])
