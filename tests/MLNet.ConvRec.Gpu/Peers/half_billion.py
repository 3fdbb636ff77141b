"""Steps of imitation and lists by generate() at a given shape of Qwen2, in this machine's PyTorch and transformers: the peer of the kit's half-billion check.

Arguments: hidden layers heads kv intermediate vocabulary, sequences prompt list (tokens of a step of imitation), lists tokens (of a round of rollouts), steps.
Says a name, a tab and a number in each line. float32 master weights, bfloat16 by autocast for the step; bfloat16 weights for generate().
"""
import sys
import time

import torch
import transformers
from transformers import Qwen2Config, Qwen2ForCausalLM

hidden, layers, heads, kv, intermediate, vocabulary, sequences, prompt, list_tokens, lists, tokens, steps = map(int, sys.argv[1:])
device = "cuda" if torch.cuda.is_available() else "cpu"
print(f"torch {torch.__version__}, transformers {transformers.__version__}, {device}", flush=True)
config = Qwen2Config(
    hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv, intermediate_size=intermediate, vocab_size=vocabulary,
    max_position_embeddings=4096, rope_theta=1e6, tie_word_embeddings=True, attn_implementation="sdpa", eos_token_id=None, pad_token_id=0)


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def median(step):
    seconds = []
    for i in range(steps + 1):
        start = time.perf_counter()
        step()
        wait()
        if i:
            seconds.append(time.perf_counter() - start)
    return sorted(seconds)[steps // 2]


torch.manual_seed(1)
with torch.device(device):
    model = Qwen2ForCausalLM(config).train()
    ids = torch.randint(0, vocabulary, (sequences, prompt + list_tokens))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, betas=(0.9, 0.98), weight_decay=0.05, fused=device == "cuda")


def imitate():
    optimizer.zero_grad()
    with torch.autocast(device, dtype=torch.bfloat16):
        states = model.model(input_ids=ids[:, :-1]).last_hidden_state[:, prompt - 1:]
        logits = model.lm_head(states)
    torch.nn.functional.cross_entropy(logits.float().reshape(-1, vocabulary), ids[:, prompt:].reshape(-1)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


print(f"sft tokens a second\t{sequences * (prompt + list_tokens) / median(imitate)}", flush=True)
if device == "cuda":
    print(f"peak memory of sft, GB\t{torch.cuda.max_memory_allocated() / 1e9}", flush=True)
del optimizer
model = model.eval().to(torch.bfloat16)
prompts = torch.randint(1, vocabulary, (lists, prompt), device=device)
generate = dict(max_new_tokens=tokens, min_new_tokens=tokens, do_sample=True, top_k=0, temperature=1.0)
print(f"generate, lists a second\t{lists / median(lambda: model.generate(prompts, attention_mask=torch.ones_like(prompts), **generate))}", flush=True)
