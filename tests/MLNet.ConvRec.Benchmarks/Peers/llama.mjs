// Lists written freely by llama.cpp: node llama.mjs PACKAGES MODEL INPUT OUTPUT
// MODEL: a GGUF file. INPUT: {"prompts":[[ids]],"counts":[tokens to write],"batch","threads"}. OUTPUT: {"seconds","tokens":[[ids]]}.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, file, input, output] = process.argv.slice(2);
const { getLlama } = await import(pathToFileURL(path.join(packages, 'node_modules', 'node-llama-cpp', 'dist', 'index.js')));
const { prompts, counts, batch, threads } = JSON.parse(fs.readFileSync(input, 'utf8'));
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
const model = await llama.loadModel({ modelPath: file });
const longest = Math.max(...prompts.map(prompt => prompt.length)) + Math.max(...counts);
const context = await model.createContext({ sequences: batch, contextSize: longest + 8, batchSize: 512, threads });
const sequences = Array.from({ length: batch }, () => context.getSequence());
const write = async (sequence, prompt, count) => {
    const written = [];
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        written.push(token);
        if (written.length === count)
            break;
    }
    await sequence.clearHistory();
    return written;
};

await write(sequences[0], prompts[0], 2); // warm
const tokens = [];
const start = performance.now();
for (let at = 0; at < prompts.length; at += batch)
    tokens.push(...await Promise.all(prompts.slice(at, at + batch).map((prompt, i) => write(sequences[i], prompt, counts[at + i]))));
fs.writeFileSync(output, JSON.stringify({ seconds: (performance.now() - start) / 1000, tokens }));
process.exit(0); // the native context keeps node alive
