// Asks llama.cpp (npm's node-llama-cpp) what decoder.py is asked, of a GGUF file, at float32.
//
//     node llama.mjs MODULES MODEL.gguf REQUEST ANSWER
//
// MODULES is the folder in which node-llama-cpp was installed (the one that holds node_modules).
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, model, request, answer] = process.argv.slice(2);
const location = createRequire(resolve(modules, "package.json")).resolve("node-llama-cpp");
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(location));
const { prompts, new_tokens: newTokens } = JSON.parse(readFileSync(request, "utf8"));

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.warn });
const network = await llama.loadModel({ modelPath: resolve(model), gpuLayers: 0 });
const context = await network.createContext({
    contextSize: 256, // more than any prompt and its continuation
    sequences: 1,
    threads: 1, // its threads wait busily for each other, minutes where cores are shared
    flashAttention: false,
    experimentalKvCacheKeyType: "F32", // float16 unless told
    experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

/** Feeds tokens and returns the greedy next one, with the logits after the last token. */
async function feed(tokens) {
    const last = [tokens.at(-1), { generateNext: { token: true, logits: true, options: { temperature: 0 } } }];
    const { next } = (await sequence.controlledEvaluate([...tokens.slice(0, -1), last])).at(-1);
    return next;
}

const continuations = [], logits = [];
for (const prompt of prompts) {
    await sequence.clearHistory();
    let next = await feed(prompt);
    logits.push(Array.from({ length: next.logits.size }, (_, token) => Number(next.logits.get(token).toFixed(6))));
    const continuation = [next.token];
    while (continuation.length < newTokens) {
        next = await feed([next.token]);
        continuation.push(next.token);
    }
    continuations.push(continuation);
}

writeFileSync(answer, JSON.stringify({ continuations, logits }));
await llama.dispose();
