"""A step of imitation in plain PyTorch, the peer of sft-step-torch: the same decoder (Qwen2), weights, tokens, loss places, clipping and AdamW.

Arguments: weights (safetensors, float32), shape (JSON), threads. Reads lines "list" or "all" and answers each with the step's milliseconds, its processor's
milliseconds, and its loss: "list" applies the head to the list tokens alone, as ours does; "all" to every token, as most training scripts do, and takes the
loss of the list tokens.
"""
import json
import math
import struct
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def load(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data, dtype=torch.float32, count=(end - start) // 4, offset=start).reshape(entry["shape"]).clone()
    return tensors


class Norm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(size)), epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads, self.kv, self.size = shape["heads"], shape["kv"], shape["head"]
        hidden = shape["hidden"]
        self.q_proj = nn.Linear(hidden, self.heads * self.size)
        self.k_proj = nn.Linear(hidden, self.kv * self.size)
        self.v_proj = nn.Linear(hidden, self.kv * self.size)
        self.o_proj = nn.Linear(self.heads * self.size, hidden, bias=False)

    def forward(self, x, cosine, sine, mask):
        b, t, _ = x.shape
        q = rotate(self.q_proj(x).view(b, t, self.heads, self.size).transpose(1, 2), cosine, sine)
        k = rotate(self.k_proj(x).view(b, t, self.kv, self.size).transpose(1, 2), cosine, sine)
        v = self.v_proj(x).view(b, t, self.kv, self.size).transpose(1, 2)
        k, v = k.repeat_interleave(self.heads // self.kv, 1), v.repeat_interleave(self.heads // self.kv, 1)
        return self.o_proj(attend(q, k, v, mask).transpose(1, 2).reshape(b, t, -1))


def attend(q, k, v, mask):
    if hasattr(F, "scaled_dot_product_attention"):  # from PyTorch 2.0 on
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    b, heads, t, d = q.shape
    scores = torch.baddbmm(mask, q.reshape(b * heads, t, d), k.reshape(b * heads, t, d).transpose(1, 2), alpha=1 / math.sqrt(d))
    return torch.bmm(scores.softmax(-1), v.reshape(b * heads, t, d)).view(b, heads, t, d)


def rotate(x, cosine, sine):
    half = x.shape[-1] // 2
    return x * cosine + torch.cat([-x[..., half:], x[..., :half]], -1) * sine


class FeedForward(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape["hidden"], shape["intermediate"], bias=False)
        self.up_proj = nn.Linear(shape["hidden"], shape["intermediate"], bias=False)
        self.down_proj = nn.Linear(shape["intermediate"], shape["hidden"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.input_layernorm, self.self_attn = Norm(shape["hidden"], shape["epsilon"]), Attention(shape)
        self.post_attention_layernorm, self.mlp = Norm(shape["hidden"], shape["epsilon"]), FeedForward(shape)

    def forward(self, x, cosine, sine, mask):
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape["vocabulary"], shape["hidden"])
        self.layers = nn.ModuleList(Block(shape) for _ in range(shape["layers"]))
        self.norm = Norm(shape["hidden"], shape["epsilon"])


class Policy(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.model = Decoder(shape)
        t, half = shape["length"] - 1, shape["head"] // 2
        frequencies = shape["theta"] ** (-torch.arange(0, half).float() / half)
        angle = torch.arange(t).float()[:, None] * torch.cat([frequencies, frequencies])[None]
        self.cosine, self.sine = angle.cos(), angle.sin()
        self.mask = torch.full((t, t), float("-inf")).triu(1)

    def forward(self, ids):
        x = self.model.embed_tokens(ids)
        for layer in self.model.layers:
            x = layer(x, self.cosine, self.sine, self.mask)
        return self.model.norm(x)


def main():
    weights, shape = load(sys.argv[1]), json.loads(sys.argv[2])
    torch.set_num_threads(int(sys.argv[3]))
    policy = Policy(shape)
    policy.load_state_dict(weights)
    matrices = [parameter for parameter in policy.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in policy.parameters() if parameter.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], lr=1e-4, betas=(0.9, 0.98), foreach=True)
    ids, prompt = torch.tensor(shape["ids"]), shape["prompt"]
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        clock, used = time.perf_counter(), time.process_time()
        optimizer.zero_grad(set_to_none=False)
        hidden = policy(ids[:, :-1])
        head, targets = policy.model.embed_tokens.weight, ids[:, prompt:]
        logits = F.linear(hidden[:, prompt - 1:], head) if line.strip() == "list" else F.linear(hidden, head)[:, prompt - 1:]
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()
        value = loss.item()
        print((time.perf_counter() - clock) * 1e3, (time.process_time() - used) * 1e3, value, flush=True)


main()
