// Lists written freely by transformers.js: node transformers.mjs PACKAGES MODEL INPUT OUTPUT
// MODEL: an exported folder. INPUT: {"dtype","prompts":[[ids]],"counts":[tokens to write],"batch"}. OUTPUT: {"seconds","tokens":[[ids]]}.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [packages, folder, input, output] = process.argv.slice(2);
const { AutoModelForCausalLM, Tensor, env } = createRequire(`${packages}/`)('@huggingface/transformers');
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder) + path.sep;

const { dtype, prompts, counts, batch } = JSON.parse(fs.readFileSync(input, 'utf8'));
const model = await AutoModelForCausalLM.from_pretrained(path.basename(folder), dtype ? { dtype } : {});
const rows = all => new Tensor('int64', BigInt64Array.from(all.flat().map(BigInt)), [all.length, all[0].length]);
const write = async (given, count) => {
    const longest = Math.max(...given.map(prompt => prompt.length));
    const padded = (prompt, value) => [...new Array(longest - prompt.length).fill(0), ...prompt.map(value)];
    const written = await model.generate({
        input_ids: rows(given.map(p => padded(p, id => id))),
        attention_mask: rows(given.map(p => padded(p, () => 1))),
        max_new_tokens: count,
        min_new_tokens: count,
        do_sample: false,
    });
    return written.tolist().map(row => row.slice(longest).map(Number));
};

await write(prompts.slice(0, 1), 2); // warm
const tokens = [];
const start = performance.now();
for (let at = 0; at < prompts.length; at += batch)
    tokens.push(...await write(prompts.slice(at, at + batch), Math.max(...counts.slice(at, at + batch))));
fs.writeFileSync(output, JSON.stringify({ seconds: (performance.now() - start) / 1000, tokens }));
