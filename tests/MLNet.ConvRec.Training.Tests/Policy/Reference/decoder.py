#!/usr/bin/env python3
"""Decoder-only transformers of Qwen2, Llama 3 and Qwen3, written from their papers and nothing else, slow and plain.

    python3 decoder.py FOLDER REQUEST ANSWER

FOLDER is a Hugging Face checkpoint (config.json, model.safetensors). REQUEST is {"prompts": [[id, ...], ...], "new_tokens": N}.
ANSWER is written as {"continuations": [[id, ...], ...], "logits": [[...], ...]}: for each prompt its N greedy tokens and the logits
that follow its last token. Computed in float64, so that what differs from it is the other's rounding. Needs torch and numpy.

Sources: Vaswani et al. 2017 (attention), Zhang and Sennrich 2019 (RMS norm), Shazeer 2020 (SwiGLU), Su et al. 2021 (RoPE), Ainslie et
al. 2023 (grouped queries), Yang et al. 2024 (Qwen2: biases of q, k, v), Yang et al. 2025 (Qwen3: norms of q and k, per head), Grattafiori
et al. 2024 and Meta's published apply_scaling (Llama 3.1 and later: scaled RoPE).
"""
import json
import math
import sys

import numpy
import torch


def read_safetensors(path, dtype):
    """Eight bytes of length n, n bytes of JSON, then the tensors' bytes."""
    data = numpy.memmap(path, dtype=numpy.uint8, mode="r")
    length = int.from_bytes(data[:8].tobytes(), "little")
    tensors = {}
    for name, entry in json.loads(data[8:8 + length].tobytes()).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        raw = data[8 + length + begin:8 + length + end].tobytes()
        if entry["dtype"] == "BF16":
            values = (numpy.frombuffer(raw, "<u2").astype(numpy.uint32) << 16).view(numpy.float32)
        else:
            values = numpy.frombuffer(raw, {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]).astype(numpy.float32)
        tensors[name] = torch.from_numpy(values.copy()).reshape(entry["shape"]).to(dtype)
    return tensors


def inverse_frequencies(config, head_size, dtype):
    """One frequency, in radians a token, for each pair of dimensions."""
    frequencies = [config["rope_theta"] ** (-2.0 * pair / head_size) for pair in range(head_size // 2)]
    scaling = config.get("rope_scaling")
    if scaling is not None:
        assert scaling["rope_type"] == "llama3", scaling
        frequencies = [scaled(frequency, scaling) for frequency in frequencies]
    return torch.tensor(frequencies, dtype=dtype)


def scaled(frequency, scaling):
    factor, low, high = scaling["factor"], scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = scaling["original_max_position_embeddings"] * frequency / (2 * math.pi)  # over the original context
    if turns < low:
        return frequency / factor
    if turns > high:
        return frequency
    smooth = (turns - low) / (high - low)
    return (1 - smooth) * frequency / factor + smooth * frequency


def rms_norm(x, weight, epsilon):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + epsilon) * weight


def rotate(x, cosine, sine):
    """Turns the pairs (x[i], x[i + D/2]): the order in which Hugging Face's checkpoints keep them. x: [heads, T, D]."""
    half = x.shape[-1] // 2
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)


class Decoder:
    def __init__(self, folder, dtype):
        with open(f"{folder}/config.json", encoding="utf-8") as file:
            self.config = json.load(file)
        assert self.config["model_type"] in ("qwen2", "llama", "qwen3"), self.config["model_type"]
        assert self.config["hidden_act"] == "silu", self.config["hidden_act"]
        self.weights = read_safetensors(f"{folder}/model.safetensors", dtype)
        self.heads, self.groups = self.config["num_attention_heads"], self.config["num_key_value_heads"]
        self.head_size = self.config.get("head_dim") or self.config["hidden_size"] // self.heads
        self.frequencies = inverse_frequencies(self.config, self.head_size, dtype)
        self.dtype = dtype

    def norm(self, x, name):
        return rms_norm(x, self.weights[f"{name}.weight"], self.config["rms_norm_eps"])

    def linear(self, x, name, bias=False):
        y = x @ self.weights[f"{name}.weight"].T
        return y + self.weights[f"{name}.bias"] if bias else y

    def attention(self, x, name):
        length, kind = x.shape[0], self.config["model_type"]
        query, key, value = (
            self.linear(x, f"{name}.{part}_proj", bias=kind == "qwen2").reshape(length, count, self.head_size).transpose(0, 1)
            for part, count in (("q", self.heads), ("k", self.groups), ("v", self.groups)))  # [heads, T, D]
        if kind == "qwen3":
            query, key = self.norm(query, f"{name}.q_norm"), self.norm(key, f"{name}.k_norm")
        angles = torch.arange(length, dtype=self.dtype)[:, None] * self.frequencies[None, :]  # [T, D/2]
        query, key = rotate(query, torch.cos(angles), torch.sin(angles)), rotate(key, torch.cos(angles), torch.sin(angles))
        seen = torch.ones(length, length).tril().bool()
        heads = []
        for head in range(self.heads):
            group = head // (self.heads // self.groups)  # neighbouring queries share a key
            scores = query[head] @ key[group].T / math.sqrt(self.head_size)
            heads.append(torch.softmax(scores.masked_fill(~seen, -math.inf), -1) @ value[group])
        return self.linear(torch.cat(heads, -1), f"{name}.o_proj")

    def feed_forward(self, x, name):
        gate = self.linear(x, f"{name}.gate_proj")
        return self.linear(gate * torch.sigmoid(gate) * self.linear(x, f"{name}.up_proj"), f"{name}.down_proj")

    def next_logits(self, ids):
        """The logits of the token after ids: [V]."""
        x = self.weights["model.embed_tokens.weight"][torch.tensor(ids)]  # [T, H]
        for layer in range(self.config["num_hidden_layers"]):
            name = f"model.layers.{layer}"
            x = x + self.attention(self.norm(x, f"{name}.input_layernorm"), f"{name}.self_attn")
            x = x + self.feed_forward(self.norm(x, f"{name}.post_attention_layernorm"), f"{name}.mlp")
        last = self.norm(x[-1], "model.norm")
        return self.linear(last, "model.embed_tokens" if self.config["tie_word_embeddings"] else "lm_head")


def main(folder, request, answer):
    with open(request, encoding="utf-8") as file:
        request = json.load(file)
    decoder = Decoder(folder, torch.float64)
    continuations, logits = [], []
    with torch.no_grad():
        for prompt in request["prompts"]:
            ids = list(prompt)
            for step in range(request["new_tokens"]):
                following = decoder.next_logits(ids)
                if step == 0:
                    logits.append([round(value, 6) for value in following.tolist()])
                ids.append(int(following.argmax()))
            continuations.append(ids[len(prompt):])
    with open(answer, "w", encoding="utf-8") as file:
        json.dump({"continuations": continuations, "logits": logits}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
